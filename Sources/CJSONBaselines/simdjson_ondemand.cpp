#include "walks.hpp"

#include <cstring>
#include <new>
#include <simdjson.h>

struct tally_simdjson {
    tally::Walk *walk;
};

/// The walk is compiled for the same kinds of processors as the library's own search for the structure.
const char *tally_simdjson_structure_kernel(void) {
    static const std::string name = simdjson::get_active_implementation()->name();
    return name.c_str();
}

const char *tally_simdjson_walk_kernel(void) {
    const char *structure = tally_simdjson_structure_kernel();
    for (const char *known : {"icelake", "haswell"}) {
        if (strcmp(structure, known) == 0) return known;
    }
    return "any";
}

tally_simdjson *tally_simdjson_make(size_t bytes_max) {
    const char *kernel = tally_simdjson_walk_kernel();
    tally::Walk *walk = strcmp(kernel, "icelake") == 0 ? tally::make_walk_for_icelake(bytes_max)
        : strcmp(kernel, "haswell") == 0               ? tally::make_walk_for_haswell(bytes_max)
                                                       : tally::make_walk_for_any(bytes_max);
    if (walk == nullptr) return nullptr;
    tally_simdjson *parser = new (std::nothrow) tally_simdjson{walk};
    if (parser == nullptr) delete walk;
    return parser;
}

void tally_simdjson_free(tally_simdjson *parser) {
    if (parser != nullptr) delete parser->walk;
    delete parser;
}

int tally_simdjson_read(
    tally_simdjson *parser, tally_json_vendor vendor, tally_json_way way, tally_json_payload payload,
    tally_json_head *head, tally_json_reads reads) {
    return parser->walk->read(vendor, way, payload, *head, reads);
}
