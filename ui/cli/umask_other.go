//go:build !unix

package cli

// keepPrivate has nothing to do where a directory hands its rights down.
func keepPrivate() {}
