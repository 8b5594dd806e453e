//go:build tools

// Package actionlint pins actionlint and every module it is built from. tests/pipelines/linters.py builds the imported
// command where none is on PATH.
package actionlint

import _ "github.com/rhysd/actionlint/cmd/actionlint"
