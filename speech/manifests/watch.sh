# Watches the run beside it that downloads models, and ends when they are there.
#
# Sources disagree whether such a run ends by itself. So it has done its work when it serves; or when it has ended and,
# started again by the kubelet, ended twice more and left the same files. With FRESH=yes files that were there before
# do not count: the volume holds another model already.
#
# READY: the run's address for readiness. MODELS: the folder. PROC: where the pod's processes are seen.
set -u
ended=0 same=0 running='' before=''

sizes() {
  find "$MODELS" -type f -exec stat -c '%n %s' {} + 2>/dev/null | sort
}

dated() {
  find "$MODELS" -type f -exec stat -c '%n %s %Y' {} + 2>/dev/null | sort
}

# The first processes of the pod's other containers: nobody's children here, and neither the pod's own nor this one.
others() {
  for status in "$PROC"/[0-9]*/status; do
    process=${status%/status}
    process=${process##*/}
    [ "$process" = 1 ] || [ "$process" = $$ ] || ! grep -q '^PPid:[[:space:]]*0$' "$status" 2>/dev/null || echo "$process"
  done
}

new() {
  [ "${FRESH:-no}" = no ] || [ "$(dated)" != "$began" ]
}

began=$(dated)
echo "Waiting for the models in $MODELS."
while :; do
  # Some builds of busybox crash at wget's own -T.
  if timeout 5 wget -q -O /dev/null "$READY" 2>/dev/null; then
    echo 'The run serves: its model is loaded.'
    exit 0
  fi
  now=$(others)
  for process in $running; do
    case "
$now
" in *"
$process
"*) continue ;; esac
    ended=$((ended + 1)) files=$(sizes)
    if [ -n "$files" ] && [ "$files" = "$before" ]; then same=$((same + 1)); else same=0; fi
    before=$files
    echo "The run ended, the ${ended}. time; the folder held $(printf '%s' "$files" | grep -c .) files."
    if [ "$same" -ge 2 ] && new; then
      echo 'It left the same files each time: the models are there.'
      exit 0
    fi
    if [ "$ended" -ge 6 ]; then
      echo "No models came into $MODELS: the log of the container 'download' says why."
      exit 1
    fi
  done
  running=$now
  sleep "${PAUSE:-1}"
done
