package tickets

import "reflect"

// IsPublic tells whether customers see events of a kind.
func IsPublic(k Kind) bool { return isPublic(reflect.Zero(kinds[k]).Interface().(What)) }
