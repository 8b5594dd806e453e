//go:build tools

// Package kubernetes pins the control plane and every module it is built from. conformance/build.py builds the
// imported commands where no official ones are on PATH.
package kubernetes

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
	_ "k8s.io/kubernetes/cmd/kube-scheduler"
)
