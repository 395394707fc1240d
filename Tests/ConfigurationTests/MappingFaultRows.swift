/// Each row: the lines of a `[[mapping]]` behind its header (line 1) and `id` (line 2), `;;` between lines,
/// and the problems: `line key: words`, separated by `&&`.
let badMappings = """
    epc = ""                              | 3 mapping.epc: the path is empty
    epc = 5                             | 3 mapping.epc: a path, or { path | constant | topic | first | join }
    epc = "a..b"                          | 3 mapping.epc: character 3: a key is missing
    epc = ".a"                            | 3 mapping.epc: character 1: a key is missing
    epc = "a."                            | 3 mapping.epc: character 3: a key is missing
    epc = "a[b]"                          | 3 mapping.epc: character 3: only an index from 0
    epc = "a[1"                           | 3 mapping.epc: character 4: ] is missing
    epc = "a[]"                           | 3 mapping.epc: character 2: [] is for reads
    epc = "a b"                           | 3 mapping.epc: character 2: this character cannot stand
    epc = "a]b"                           | 3 mapping.epc: character 2: this character cannot stand
    epc = "'a"                            | 3 mapping.epc: character 1: the quote is not closed
    epc = "a['b']"                        | 3 mapping.epc: character 3: only an index
    epc = "$.a$"                          | 3 mapping.epc: character 4: this character cannot stand
    epc = "$a"                            | 3 mapping.epc: character 2: this character cannot stand
    epc = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q" | 3 mapping.epc: too many steps
    epc = "^^.a";;reads = "x[]"           | 3 mapping.epc: more ^ than reads has [] (1)
    epc = "^.a"                           | 3 mapping.epc: more ^ than reads has [] (0)
    epc = "^.a";;reads = "x"              |
    epc = "^^.a";;reads = "x[].y[]"       |
    epc = "a";;reads = "^.a"              | 4 mapping.reads: no ^ here
    epc = "a";;reads = "a[].b[x]"         | 4 mapping.reads: character 7: only an index
    epc = "a";;epc_encoding = "utf8"      | 4 mapping.epc_encoding: hex | base64 | base64url | auto
    epc = { constant = "3034" }           | 3 mapping.epc.constant: no constant
    epc = { path = "a", topic = 1 }       | 3 mapping.epc: one field has one source, here are path and topic
    epc = {}                              | 3 mapping.epc: needs one of path, constant, topic
    epc = { key = "a" }                   | 3 mapping.epc.key: unknown key && 3 mapping.epc: needs one of
    epc = "a";;rssi = "r";;rssi_unit = "mw" | 5 mapping.rssi_unit: dbm | cdbm | ddbm | -dbm | raw
    epc = "a";;rssi_unit = "cdbm"         | 4 mapping.rssi_unit: needs rssi beside it
    epc = "a";;rssi = { constant = "x" }  | 4 mapping.rssi.constant: expected a number, found text
    epc = "a";;rssi = { constant = 31 }   | 4 mapping.rssi.constant: out of range
    epc = "a";;antenna = { constant = 0 } | 4 mapping.antenna.constant: out of range 1...65535
    epc = "a";;antenna = { constant = "1" } | 4 mapping.antenna.constant: expected an integer, found text
    epc = "a";;antenna = { topic = 0 }    | 4 mapping.antenna.topic: levels count from 1
    epc = "a";;antenna = { topic = "x" }  | 4 mapping.antenna.topic: expected an integer
    epc = "a";;antenna_words = { a = 1 }  | 4 mapping.antenna_words: needs antenna beside it
    epc = "a";;antenna = "n";;antenna_words = { a = 0 } | 5 mapping.antenna_words.a: out of range
    epc = "a";;time = { constant = 5 }    | 4 mapping.time.constant: no constant
    epc = "a";;time = "t";;time_format = "min" | 5 mapping.time_format: auto | s | ms | us | ns | iso | local
    epc = "a";;time = "t";;time_format = "local" | 5 mapping.time_format: needs time_zone
    epc = "a";;time = "t";;time_zone = "8:00" | 5 mapping.time_zone: "8:00" is no offset
    epc = "a";;time = "t";;time_zone = "+15:00" | 5 mapping.time_zone: "+15:00" is no offset
    epc = "a";;time = "t";;time_zone = "x y" | 5 mapping.time_zone: character 2
    epc = "a";;time = "t";;time_format = "ms";;time_zone = "Z" | 6 mapping.time_zone: is a number
    epc = "a";;time = "t";;time_format = "iso";;time_pattern = "YYYYMMDDHH" \
    | 6 mapping.time_pattern: no pattern
    epc = "a";;time = "t";;time_pattern = "YY/MM/DD HH" | 5 mapping.time_pattern: character 1
    epc = "a";;time = "t";;time_pattern = "YYYY/MM/DD" | 5 mapping.time_pattern: or hour is missing
    epc = "a";;time = "t";;time_pattern = "YYYY/MM/MM HH" | 5 mapping.time_pattern: character 9: stands twice
    epc = "a";;time_zone = "Z"            | 4 mapping.time_zone: needs time or sent_at beside it
    epc = "a";;reads_count = { constant = 0 } | 4 mapping.reads_count.constant: out of range
    epc = "a";;direction = { constant = "in" } | 4 mapping.direction.constant: IN | OUT | NONE | UNKNOWN
    epc = "a";;direction = "d";;direction_words = { INN = [] } | 5 mapping.direction_words.INN: unknown key
    epc = "a";;direction = "d";;direction_words = { IN = "x" } | 5 mapping.direction_words.IN: a list
    epc = "a";;direction = "d";;direction_words = { IN = [1.5] } \
    | 5 mapping.direction_words.IN: found a decimal
    epc = "a";;direction = "d";;direction_words = { IN = ["x"], OUT = ["X"] } \
    | 5 mapping.direction_words.OUT: under IN
    epc = "a";;direction_words = { IN = ["x"] } | 4 mapping.direction_words: needs direction
    epc = "a";;reader = { constant = "" } | 4 mapping.reader.constant: empty
    epc = "a";;ignore_when = "x"          | 4 mapping.ignore_when: a table
    epc = "a";;ignore_when = { path = "x" } | 4 mapping.ignore_when: a condition is one of
    epc = "a";;ignore_when = { path = "x", equals = 1, any = [] } | 4 mapping.ignore_when: a condition is
    epc = "a";;ignore_when = { path = "x", topic = 1, equals = 1 } | 4 mapping.ignore_when: a condition is
    epc = "a";;ignore_when = { path = "x", is = 1 } \
    | 4 mapping.ignore_when.is: unknown key && 4 mapping.ignore_when: a condition
    epc = "a";;ignore_when = { path = "x", equals = 1.5 } | 4 mapping.ignore_when.equals: text, an integer
    epc = "a";;ignore_when = [{ path = "x[", equals = 1 },;; 5] \
    | 4 mapping.ignore_when.path: ] is missing && 5 mapping.ignore_when: a table
    epc = "a";;heartbeat_when = { path = "x", present = "yes" } \
    | 4 mapping.heartbeat_when.present: true or false
    epc = "a";;color = "x"                | 4 mapping.color: unknown key; known here: id, reads, epc
    epc = "a";;[[mapping]];;id = "m";;epc = "b" | 5 mapping.id: duplicate id "m", first on line 2
    tid = "t"                             | 1 mapping.epc: where the EPC stands
    epc = "a";;epc_offset_bytes = 65      | 4 mapping.epc_offset_bytes: out of range 0...64
    epc = "a";;epc_length_bytes = 1       | 4 mapping.epc_length_bytes: out of range 2...32
    epc = "a";;epc_length_bytes = 3       | 4 mapping.epc_length_bytes: an even number
    epc = "a";;epc_has_pc = 1             | 4 mapping.epc_has_pc: true or false
    epc = "a";;epc_has_pc = true;;epc_length_bytes = 12 | 5 mapping.epc_length_bytes: the PC word tells
    epc = "a";;epc_has_pc = true;;pc = "p" | 5 mapping.pc: the PC word stands before the EPC
    epc = "a";;epc_has_pc = false;;pc = "p";;epc_length_bytes = 12 |
    epc = "a";;pc = { constant = "3000" } | 4 mapping.pc.constant: no constant
    epc = "a";;pc_encoding = "hex"        | 4 mapping.pc_encoding: needs pc beside it
    epc = "a";;pc = "p";;pc_encoding = "utf8" | 5 mapping.pc_encoding: base64url | auto | number
    epc = "a";;protocol = { constant = "6C" } | 4 mapping.protocol.constant: gen2 | 6b | gb | gjb | other
    epc = "a";;protocol = "p";;protocol_words = { iso = [0] } | 5 mapping.protocol_words.iso: unknown key
    epc = "a";;protocol = "p";;protocol_words = { gb = [1], gjb = ["1"] } \
    | 5 mapping.protocol_words.gjb: already stands under gb
    epc = "a";;protocol_words = { gb = [1] } | 4 mapping.protocol_words: needs protocol beside it
    epc = "a";;protocol = { constant = "gb" };;protocol_words = { gb = [1] } \
    | 5 mapping.protocol_words: protocol is a constant
    epc = "a";;antenna_first = 0          | 4 mapping.antenna_first: needs antenna beside it
    epc = "a";;antenna = "n";;antenna_first = 2 | 5 mapping.antenna_first: out of range 0...1
    epc = "a";;antenna = { constant = 1 };;antenna_words = { a = 1 } \
    | 5 mapping.antenna_words: antenna is a constant
    epc = "a";;antenna = { constant = 1 };;antenna_first = 0 | 5 mapping.antenna_first: is a constant
    epc = "a";;antenna = "n";;antenna_words = { Door = 1, door = 2 } \
    | 5 mapping.antenna_words.door: case does not count
    epc = "a";;rssi = { constant = -60 };;rssi_unit = "cdbm" | 5 mapping.rssi_unit: rssi is a constant
    epc = "a";;direction = { constant = "IN" };;direction_words = { IN = ["x"] } \
    | 5 mapping.direction_words: direction is a constant
    epc = "a";;direction = "d";;direction_words = { IN = [""] } | 5 mapping.direction_words.IN: empty text
    epc = "a";;frequency_unit = "khz"     | 4 mapping.frequency_unit: needs frequency beside it
    epc = "a";;frequency = "f";;frequency_unit = "ghz" | 5 mapping.frequency_unit: auto | khz | mhz | hz
    epc = "a";;frequency = { constant = 920625 } | 4 mapping.frequency.constant: no constant
    epc = "a";;tx_power_unit = "dbm"      | 4 mapping.tx_power_unit: needs tx_power beside it
    epc = "a";;time = "t";;time_zone = "CST" | 5 mapping.time_zone: short name of a zone
    epc = "a";;time = "t";;time_zone = "'CST'" |
    epc = "a";;time = "t";;time_zone = "TZ" |
    epc = "a";;time = "t";;time_zone = "Asia/Shangai" | 5 mapping.time_zone: there is no time zone
    epc = "a";;time = "t";;time_zone = "Asia/" | 5 mapping.time_zone: there is no time zone
    epc = "a";;time = "t";;time_zone = "../Asia/Shanghai" | 5 mapping.time_zone: there is no time zone
    epc = "a";;time = "t";;time_zone = "'tz/offset'" |
    epc = "a";;time = "t";;time_zone = "+08:00";;time_zone_unit = "h" | 6 mapping.time_zone_unit: is a path
    epc = "a";;time = "t";;time_zone = "Europe/Berlin";;time_zone_unit = "h" \
    | 6 mapping.time_zone_unit: is a path
    epc = "a";;time = "t";;time_zone = "tz";;time_zone_unit = "d" | 6 mapping.time_zone_unit: h | min | s
    epc = "a";;time = "t";;time_zone_unit = "h" | 5 mapping.time_zone_unit: needs time_zone beside it
    epc = "a";;sent_at = "ts"             | 4 mapping.sent_at: begins at the root
    epc = "a";;sent_at = "$.ts";;time_format = "ms" |
    epc = "a";;sent_at = { constant = 5 } | 4 mapping.sent_at.constant: no constant
    epc = { first = ["a"] }               | 3 mapping.epc.first: 1 given, 2 to 8 sources are needed
    epc = { first = "a" }                 | 3 mapping.epc.first: a list of 2 to 8 sources
    epc = { first = ["a", "b["] }         | 3 mapping.epc.first: ] is missing
    epc = { first = ["a", { constant = "3008" }] } | 3 mapping.epc.first.constant: no constant
    epc = { first = ["a", { first = ["b", "c"] }] } | 3 mapping.epc.first: do not stand in one another
    epc = { first = ["a", "b"], path = "c" } | 3 mapping.epc: here are path and first
    epc = { join = ["a", "b"] }           | 3 mapping.epc.join: for time and sent_at only
    epc = "a";;time = { join = ["d", "t"] };;antenna = { first = ["n", { constant = 1 }] } |
    epc = "a";;antenna_connected_when = { path = "x", equals = 1 } \
    | 4 mapping.antenna_connected_when: needs antenna beside it
    epc = "a";;antenna_disconnected_when = { path = "x", equals = 1 } \
    | 4 mapping.antenna_disconnected_when: needs antenna beside it
    epc = "a";;ignore_when = { path = "x", equals = 1, and = 5 } | 4 mapping.ignore_when.and: a table
    epc = "a";;ignore_when = { path = "x", equals = 1, and = { path = "y" } } \
    | 4 mapping.ignore_when.and: a condition is
    epc = "a";;ignore_when = { path = "x", equals = 1, and = { path = "y", equals = 1, and = 1 } } \
    | 4 mapping.ignore_when.and.and: unknown key
    epc = "a";;ignore_when = { path = "x", equals = 1, and = [{ path = "y", equals = 1 }] };;\
    heartbeat_when = { path = "x", equals = 1 } |
    epc = "a";;ignore_when = { path = "x", any = [] } | 4 mapping.ignore_when.any: the list is empty
    epc = "a";;ignore_when = { path = "x", equals = "" } | 4 mapping.ignore_when.equals: empty text
    epc = "a";;ignore_when = { path = "x", any = ["A", "b"] };;overflow_when = { path = "x", equals = "a" } \
    | 4 mapping.ignore_when: stands under overflow_when
    epc = "a";;inventory_idle_when = { path = "x", present = true };;\
    inventory_running_when = { path = "x", present = false } |
    """
