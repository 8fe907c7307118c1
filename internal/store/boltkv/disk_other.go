//go:build !unix

package boltkv

import "os"

// lowDisk cannot be told here; a full disk is then noticed by the commit that meets it.
func lowDisk(string) bool { return false }

// hold need not ask here: Windows cuts no file short that another process has mapped.
func hold(*os.File) bool { return true }
