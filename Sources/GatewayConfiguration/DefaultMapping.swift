/// The part of the printed default that shows a payload mapping, and how the books come in.
extension DefaultConfiguration {
    static let mapping = """
        # 自定义报文映射：内置格式都不认识的读写器，在此写明字段位置；用 vendor = "mapping keonn" 引用
        # Readers that no built-in family knows: where each field stands. vendor = "mapping keonn" uses it.
        # 试一试 / try it:  tally decode mapping FILE --topic T < messages
        #
        # 路径 / paths: "rssi"  "tag.rssi"  "antennas[0].port"  "'a.b'"；"." 是记录本身 / the record itself
        #   "$.devid" 从报文根部 / from the root；"^.port" 从外一层数组元素 / from the element one array further out
        # 来源还可以是 / or: { constant = 1 }、{ topic = 2 }（主题第 2 级，-1 为最后一级 / a topic level, -1 the last）
        #   { first = ["epcHex", "epc"] } 取第一个有值的 / the first that is said；time 还有 / and for time:
        #   { join = ["date", "clock"] } 中间加空格 / with a space between
        # 没有、null 或空白的值视为未提供；数字可以写成文本 / absent, null or blank: not said; numbers may be texts
        # 示例 / example: Keonn AdvanNet 模板 / template
        #   {"devid":"R-1","reads":[{"epc":"3034…","rssi":"-62","ts":"1716900123456"}]}

        #[[mapping]]
        #id = "keonn"
        # 记录在哪里 / where the records are: "reads[]"  "data[].tags[]"；不写 = 报文本身（对象、数组、每行一个）
        # Left out: the payload itself, an object, an array of them, or one on each line.
        #reads = "reads[]"
        # 唯一必填的字段；"." 用于 EPC 数组 / the only required field; "." for an array of EPCs
        #epc = "epc"
        # "hex"（可含 0x、空格、- 和 : / with 0x, spaces, - or :） | "base64" | "base64url" | "auto"
        #epc_encoding = "hex"
        # EPC 只是其中一段时：前面跳过几个字节、取几个字节（不写 = 到末尾）
        # Where the EPC is one part: bytes before it, and bytes of it (left out: all the rest).
        #epc_offset_bytes = 0
        #epc_length_bytes = 12
        # true：前面有 PC 字，由它给出长度，不再写 epc_length_bytes / a PC word in front tells the length instead
        #epc_has_pc = false
        # PC 字在单独的字段 / the PC word in a field of its own
        #pc = "pc"
        # 另有 / also "number": 12288 即 / is 3000h
        #pc_encoding = "hex"
        #tid = "tid"
        #tid_encoding = "hex"
        # 空口协议 / air interface；未列出的词按通用写法（6C、GB…）/ words not listed: the usual spellings
        #protocol = "protocol"
        #protocol_words = { gen2 = ["0"], "6b" = ["1"], gb = ["2"], gjb = ["3"], other = ["9"] }
        # 天线号，数字或数字文本 / port, a number or its text
        #antenna = "antenna"
        # 第一根天线的号：1 或 0 / the number of the first antenna, 1 or 0
        #antenna_first = 1
        # 按名字给天线号 / ports by name
        #antenna_words = { "door-left" = 1, "door-right" = 2 }
        #rssi = "rssi"
        # "dbm" | "cdbm" 1/100 dBm | "ddbm" 1/10 dBm | "-dbm" 52 即 / is -52 dBm | "raw" 不用 / not used
        #rssi_unit = "dbm"
        #time = "ts"
        # "auto"：数字按大小分 s/ms/us/ns，文本按 ISO / numbers by magnitude, texts as ISO
        # "s" | "ms" | "us" | "ns" | "iso" | "local" 没有时差的本地时间 / a local time without an offset
        #time_format = "auto"
        # 没有时差的时间按此 / for times without an offset: "+08:00" | "UTC" | "Asia/Shanghai" 等时区名 / zone names
        # 也可以是路径，时差在报文里 / or a path, where the message tells it: "$.timeZone"
        #time_zone = "$.timeZone"
        # 报文里的时差若是数字 / what such a number counts: "h" | "min" | "s"
        #time_zone_unit = "h"
        # 本地时间的样子 / what a local time looks like；HH 后的 MM 是分 / the MM after HH is the minute
        #time_pattern = "YYYY/MM/DD HH:MM:SS"
        # 报文自己的时间；没有时间的记录用它 / the message's own time, for records without one
        #sent_at = "$.ts"
        # 一条记录代表几次识读 / how many reads a record stands for
        #reads_count = "count"
        #direction = "direction"
        # 未列出的词记为 UNKNOWN / words not listed here count as UNKNOWN
        #direction_words = { IN = ["in", "0", "entered"], OUT = ["out", "1", "left"] }
        # 射频细节，读不懂的不采用 / details of the radio; what cannot be read is left out
        #frequency = "freq"
        # "auto" 按大小 / by magnitude | "khz" | "mhz" | "hz"
        #frequency_unit = "auto"
        # 度 / degrees
        #phase = "phase"
        #tx_power = "power"
        #tx_power_unit = "dbm"
        # 设备自称 / how the device names itself, see reader.identities
        #reader = "$.devid"
        # 认识但不是识读的报文或记录 / messages or records that are known and no reads
        # 条件 / conditions: { path | topic, equals | any | present }，可写多个 / or a list of them
        #   还须成立的写在 and 里 / what must hold as well:
        #   { path = "type", equals = "ant", and = { path = "on", equals = 0 } }
        #ignore_when = { path = "isHeartBeat", equals = true }
        # 心跳 / signs of life
        #heartbeat_when = { path = "$.event", any = ["SYSTEM_1MINUTE_TIMER", "SYSTEM_30MINUTE_TIMER"] }
        # 上线、离线（遗嘱）/ birth message and last will
        #connected_when = { path = "$.status", equals = "online" }
        #disconnected_when = { path = "$.status", equals = "offline" }
        # antenna 所指的天线接好、脱落 / the antenna that `antenna` names is there, or has gone
        #antenna_connected_when = { path = "$.event", equals = "ant_up" }
        #antenna_disconnected_when = { path = "$.event", equals = "ant_down" }
        # 开始、停止读标签 / reading goes on, or has stopped
        #inventory_running_when = { path = "$.event", equals = "start" }
        #inventory_idle_when = { path = "$.event", equals = "stop" }
        # 读写器丢了识读 / the reader lost reads
        #overflow_when = { path = "$.event", equals = "buffer_full" }

        # 台账导入 / how the books come in
        [register]
        # 内含 inbox/ done/ failed/，放进 inbox/ 的文件自动导入 / files dropped into its inbox/ are imported
        # 边写边放的文件 10 秒不变才取走；稳妥做法是先用 . 开头或 .tmp 结尾的名字写好再改名
        # A file is taken once it has not changed for 10 s; safer: write under .name or name.tmp, then rename.
        #directory = "/var/lib/tallyd/register"
        # true：一行有错整份不收 / true: one bad line refuses the whole file
        strict = false
        # 表头样式 / which headings: "auto" | "cn-generic" 通用 | "cn-pandian" 盘点表
        headings = "auto"


        """
}
