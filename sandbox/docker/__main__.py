"""`docker run|create|start|ps|rm|network ...` of the sandbox: see docs/sandbox.md for what it leaves out."""

import json
import sys
from collections.abc import Sequence

from sandbox.docker.engine import DockerError, Engine
from sandbox.docker.flags import read_run
from sandbox.home import home


def main(words: Sequence[str]) -> int:
    """One command; Docker's exit status, 125 for what its daemon refuses."""
    engine = Engine(home())
    try:
        match words:
            case ["run", *rest]:
                return engine.run(read_run(rest))
            case ["create", *rest]:
                engine.create(rest)
            case ["start", name]:
                return engine.start(name)
            case ["ps", *_]:
                print("\n".join(json.dumps(row) for row in engine.containers()))
            case ["rm", "-f", *names]:
                for name in names:
                    engine.remove(name)
            case ["network", *rest]:
                return _network(engine, rest)
            case _:
                return _unknown(words)
    except DockerError as error:
        print(f"docker: Error response from daemon: {error}", file=sys.stderr)
        return 125
    return 0


def _network(engine: Engine, words: Sequence[str]) -> int:
    match words:
        case ["create", *rest]:
            engine.network(rest[-1]).touch()
        case ["inspect", name]:
            return 0 if engine.network(name).exists() else 1
        case ["connect", name, container]:
            engine.connect(name, container)
        case _:
            return _unknown(["network", *words])
    return 0


def _unknown(words: Sequence[str]) -> int:
    print(f"docker: the sandbox's has no  {' '.join(words)}", file=sys.stderr)
    return 125


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
