//go:build !unix

package boltkv

// lowDisk cannot be told here; a full disk is then noticed by the commit that meets it.
func lowDisk(string) bool { return false }
