package assets

//go:generate go run -C ../internal/tools ./bundle ../../assets
