//go:build tools

// Package engine pins the Pulumi command and every module it is built from. Nothing of it is compiled into the
// toolkit: sandbox/engine_build.py builds the imported command where no official one can be had.
package engine

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
