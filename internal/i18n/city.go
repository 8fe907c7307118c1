package i18n

import "strings"

// City is the place that a time zone is named after, as people write it. Cities are called as the zones are, with the signs that
// a zone's name cannot have; no data that we carry has their names in other languages.
func City(zone string) string {
	city := zone[strings.LastIndex(zone, "/")+1:]
	if spelled, ok := cities[city]; ok {
		return spelled
	}
	return strings.ReplaceAll(city, "_", " ")
}

// cities are those that are written with more signs than the name of a zone has.
var cities = map[string]string{
	"Asuncion": "Asunción", "Belem": "Belém", "Bogota": "Bogotá", "Cuiaba": "Cuiabá", "Maceio": "Maceió",
	"Reykjavik": "Reykjavík", "Sao_Paulo": "São Paulo", "Zurich": "Zürich",
}
