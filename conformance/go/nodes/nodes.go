//go:build tools

// Package nodes pins etcd and kwok and every module they are built from. conformance/build.py builds the imported
// commands where no official ones are on PATH.
package nodes

import (
	_ "go.etcd.io/etcd/server/v3"
	_ "sigs.k8s.io/kwok/cmd/kwok"
)
