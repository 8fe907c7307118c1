// Deskbell is a help desk in one program: the tickets of a shop, its chat widget, its community and its knowledge base.
package main

import (
	"os"

	"deskbell/ui/cli"
)

func main() {
	os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
