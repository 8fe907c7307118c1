package admin

import (
	"context"
	"slices"
	"strings"

	"deskbell/internal/i18n"
	"deskbell/ui/kit"
)

// zoneOptions are the zones of the world, and the one that is kept.
func zoneOptions(ctx context.Context, kept string) []kit.Option {
	options := make([]kit.Option, 0, len(zones)+1)
	for _, zone := range zones {
		options = append(options, kit.Option{Value: zone, Label: zoneName(ctx, zone)})
	}
	if !slices.Contains(zones, kept) {
		options = append(options, kit.Option{Value: kept, Label: zoneName(ctx, kept)})
	}
	return options
}

// zoneName is a zone as people read it: the city first, for it is what they look for.
func zoneName(ctx context.Context, zone string) string {
	region, _, found := strings.Cut(zone, "/")
	if !found {
		return zone
	}
	city := i18n.City(zone)
	if !slices.Contains(regions, region) {
		return city + " (" + region + ")"
	}
	return city + " (" + i18n.T(ctx, "admin.region_"+strings.ToLower(region)) + ")" // i18n: admin.region_*
}

// regions are those with a name in the reader's language.
var regions = []string{"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Pacific"}

// zones are those that shops are in, by the names of their cities; one that the API has put beside them is offered too.
var zones = []string{
	"Africa/Abidjan", "Africa/Accra", "America/Adak", "Australia/Adelaide", "Africa/Algiers", "Asia/Almaty", "Asia/Amman",
	"Europe/Amsterdam", "America/Anchorage", "America/Asuncion", "Europe/Athens", "Pacific/Auckland", "Atlantic/Azores",
	"Asia/Baghdad", "America/Bahia", "Asia/Baku", "Asia/Bangkok", "Asia/Beirut", "America/Belem", "Europe/Belgrade",
	"Europe/Berlin", "America/Boa_Vista", "America/Bogota", "Australia/Brisbane", "Europe/Brussels", "Europe/Bucharest",
	"Europe/Budapest", "America/Argentina/Buenos_Aires", "Africa/Cairo", "America/Campo_Grande", "Atlantic/Canary",
	"Atlantic/Cape_Verde", "America/Caracas", "Africa/Casablanca", "America/Cayenne", "America/Chicago", "Asia/Colombo",
	"Europe/Copenhagen", "America/Costa_Rica", "America/Cuiaba", "Australia/Darwin", "America/Denver", "Asia/Dhaka", "Asia/Dili",
	"Asia/Dubai", "Europe/Dublin", "America/Edmonton", "Pacific/Fiji", "America/Fortaleza", "America/Guatemala",
	"America/Guayaquil", "America/Halifax", "America/Havana", "Europe/Helsinki", "Asia/Ho_Chi_Minh", "Australia/Hobart",
	"Asia/Hong_Kong", "Pacific/Honolulu", "Europe/Istanbul", "Asia/Jakarta", "America/Jamaica", "Asia/Jerusalem",
	"Africa/Johannesburg", "Asia/Karachi", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Kuala_Lumpur", "Asia/Kuwait", "Europe/Kyiv",
	"America/La_Paz", "Africa/Lagos", "America/Lima", "Europe/Lisbon", "Europe/London", "America/Los_Angeles", "Africa/Luanda",
	"Europe/Luxembourg", "Asia/Macau", "America/Maceio", "Atlantic/Madeira", "Europe/Madrid", "America/Managua", "America/Manaus",
	"Asia/Manila", "Africa/Maputo", "Australia/Melbourne", "America/Mexico_City", "America/Montevideo", "Europe/Moscow",
	"Africa/Nairobi", "America/New_York", "America/Noronha", "Europe/Oslo", "America/Panama", "Europe/Paris", "Australia/Perth",
	"America/Phoenix", "America/Porto_Velho", "Europe/Prague", "America/Puerto_Rico", "Asia/Qatar", "America/Recife",
	"Atlantic/Reykjavik", "Europe/Riga", "America/Rio_Branco", "Asia/Riyadh", "Europe/Rome", "America/Santiago",
	"America/Santo_Domingo", "America/Sao_Paulo", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Europe/Sofia",
	"America/St_Johns", "Europe/Stockholm", "Australia/Sydney", "Asia/Taipei", "Europe/Tallinn", "Asia/Tashkent", "Asia/Tbilisi",
	"Asia/Tehran", "America/Tijuana", "Asia/Tokyo", "America/Toronto", "Africa/Tunis", "America/Vancouver", "Europe/Vienna",
	"Europe/Vilnius", "Europe/Warsaw", "America/Winnipeg", "Asia/Yerevan", "Europe/Zagreb", "Europe/Zurich", "UTC",
}
