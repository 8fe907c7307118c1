//go:build !unix && !windows

package disk

// full is empty: what such a system says is not known here.
var full []error
