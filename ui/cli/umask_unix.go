//go:build unix

package cli

import "syscall"

// keepPrivate makes every file of this process its owner's alone, those of the libraries below too.
func keepPrivate() { syscall.Umask(0o077) }
