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
        # 没有、null 或空白的值视为未提供；数字可以写成文本 / absent, null or blank: not said; numbers may be texts
        # 示例 / example: Keonn AdvanNet 模板 / template
        #   {"devid":"R-1","reads":[{"epc":"3034…","rssi":"-62","ts":"1716900123456"}]}

        #[[mapping]]
        #id = "keonn"
        # 记录在哪里 / where the records are: "reads[]"  "data[].tags[]"；不写 = 报文本身（对象、数组、每行一个）
        # Left out: the payload itself, an object, an array of them, or one on each line.
        #reads = "reads[]"
        # 唯一必填的字段 / the only required field
        #epc = "epc"
        # "hex"（可含空格、- 和 : / with spaces, - or :） | "base64" | "base64url" | "auto"
        #epc_encoding = "hex"
        #tid = "tid"
        #tid_encoding = "hex"
        # 天线号，从 1 起，数字或数字文本 / port from 1, a number or its text
        #antenna = "antenna"
        # 按名字给天线号 / ports by name
        #antenna_words = { "door-left" = 1, "door-right" = 2 }
        #rssi = "rssi"
        # "dbm" | "cdbm" 1/100 dBm | "ddbm" 1/10 dBm
        #rssi_unit = "dbm"
        #time = "ts"
        # "auto"：数字按大小分 s/ms/us/ns，文本按 ISO / numbers by magnitude, texts as ISO
        # "s" | "ms" | "us" | "ns" | "iso" | "local" 没有时差的本地时间 / a local time without an offset
        #time_format = "auto"
        # 没有时差的时间按此 / for times without an offset: "+08:00" | "UTC" | "Asia/Shanghai"
        # 也可以是路径 / or a path to it: "$.timeZone"
        #time_zone = "+08:00"
        # 本地时间的样子 / what a local time looks like；HH 后的 MM 是分 / the MM after HH is the minute
        #time_pattern = "YYYY/MM/DD HH:MM:SS"
        # 一条记录代表几次识读 / how many reads a record stands for
        #reads_count = "count"
        #direction = "direction"
        # 未列出的词记为 UNKNOWN / words not listed here count as UNKNOWN
        #direction_words = { IN = ["in", "0", "entered"], OUT = ["out", "1", "left"] }
        # 设备自称 / how the device names itself, see reader.identities
        #reader = "$.devid"
        # 认识但不是识读的报文或记录 / messages or records that are known and no reads
        # 条件 / conditions: { path | topic, equals | any | present }，可写多个 / or a list of them
        #ignore_when = { path = "isHeartBeat", equals = true }
        # 心跳 / signs of life
        #heartbeat_when = { path = "$.event", any = ["SYSTEM_1MINUTE_TIMER", "SYSTEM_30MINUTE_TIMER"] }
        # 上线、离线（遗嘱）/ birth message and last will
        #connected_when = { path = "$.status", equals = "online" }
        #disconnected_when = { path = "$.status", equals = "offline" }

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
