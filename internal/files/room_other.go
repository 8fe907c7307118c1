//go:build !unix

package files

// diskOf cannot tell here: uploads end with the disk's own refusal.
func diskOf(string) (free, all uint64) { return 0, 0 }
