package store

// WithMigrations runs fn in a program that knows these steps and no others.
func WithMigrations(steps []func(*Tx) error, fn func()) {
	had := migrations
	defer func() { migrations = had }()
	migrations = nil
	for i, step := range steps {
		AddMigration(i+1, "step", step)
	}
	fn()
}

// MostShared is mostShared.
const MostShared = mostShared

// SharedSize is how many bytes of values are kept.
func SharedSize(tx *Tx) (size int) {
	for _, k := range tx.shared.rows {
		size += len(k.value)
	}
	return size
}
