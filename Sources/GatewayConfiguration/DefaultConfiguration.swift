/// The printed default: every key with its default value, unit and reason.
///
/// A line that begins with `#` and no space is an optional key or an example: without the `#` it is valid as
/// it stands.
enum DefaultConfiguration {
    static let text = head + connection + layout + mapping + knowledge + bounds

    private static let head = """
        # tallyd.toml：公物仓与公务用车对账守护进程的配置 / configuration of the reconciliation daemon
        #
        # 每个键都写明默认值、单位和理由；以 "#键" 开头的行是可选项或示例，去掉 # 即生效。
        # Every key stands here with its default, unit and reason. Lines beginning "#key" are optional keys or
        # examples; they are valid without the "#".
        # 检查 / check:          tallyd check --config /etc/tallyd/tallyd.toml
        # 不停机生效 / reload:   systemctl reload tallyd   （错误的新文件不会生效 / a broken file changes nothing）
        # 必填 / required: gateway.id；每个列表项的 id；zone.site，reader.site，reader.topics，antenna.port，antenna.zone

        [gateway]
        # 本网关的编号，用于 MQTT 主题和记录，定后勿改 / names this box in topics and records; do not change it later
        id = "gateway-1"
        # 日志用语 / words in the journal: "zh" | "en"；代码与键名不变 / codes and keys stay the same
        language = "zh"


        """

    private static let connection = """
        [broker]
        # 消息服务器 / MQTT broker；1883 明文仅限本机，跨网络请用 8883 与 ca_file
        # Port 1883 is plain text and for this box only; across a network use 8883 and ca_file.
        host = "localhost"
        port = 1883
        # 用 Unix 套接字代替 host 与 port / a Unix socket instead of host and port
        #socket = "/run/mosquitto/tallyd.sock"
        # 会话按此名保存在服务器上，改名即丢失未取走的消息 / the broker keeps our queue under this name: renaming loses it
        client_id = "tallyd"
        # 机密只写在文件里。带 / 的是路径；不带 / 的是 systemd 凭据名（LoadCredential=）
        # Secrets stand in files only. With a slash: a path; without: a systemd credential (LoadCredential=).
        #username_file = "mqtt-username"
        #password_file = "mqtt-password"
        #ca_file = "/etc/tallyd/ca.pem"
        #cert_file = "/etc/tallyd/client.pem"
        #key_file = "mqtt-client-key"
        # 服务器可超前发送的消息数 / messages sent ahead of our acknowledgements, 1...65535；两个满批 / two full batches
        receive_maximum = 2000

        # 发布用第二个连接和账号：确认帧不能与发布排在同一队列
        # A second connection and login: publishing must not share a queue with held acknowledgements.
        [broker.publisher]
        client_id = "tallyd-pub"
        #username_file = "mqtt-pub-username"
        #password_file = "mqtt-pub-password"
        #cert_file = "/etc/tallyd/client-pub.pem"
        #key_file = "mqtt-pub-client-key"

        [store]
        path = "/var/lib/tallyd/tally.db"
        # 只有 "full"：先落盘再确认，断电不丢已确认的读数 / the only value: acknowledged reads survive a power cut
        synchronous = "full"
        # 检查点之后日志再保留多久，秒；目前只有 0（随检查点清除）/ seconds the journal outlives its checkpoint; today only 0
        journal_keep_seconds = 0


        """

    private static let layout = """
        # 站点、库区、读写器、车载终端 / sites, zones, readers, vehicle terminals

        #[[site]]
        #id = "M01"
        #name = "主仓"
        # 状态 / "active" | "reserved" | "retired"
        #state = "active"
        # 在库 / in stock: main | branch | reserve | regular | emergency | store
        # 不在库 / not in stock: office | unit | virtual
        #role = "store"
        # 固定时差 / a fixed offset: "Asia/Shanghai" | "UTC" | "+08:00"
        #timezone = "Asia/Shanghai"

        #[[zone]]
        #id = "M01-Z1"
        #site = "M01"
        #name = "一号货架"
        # 连续盘点 / tags rest here: shelf | room | yard；只经过 / tags pass: gate | walk-by
        #kind = "shelf"
        # 天线可能串读的相邻库区，写在其中一区即可 / zones whose antennas may read tags of this one, named at either of two
        #neighbours = []
        # 台账“存放地点”里指这里的文字或编码 / texts and codes under which asset cards name this place
        #locations = ["主仓一号货架", "M01-1"]
        # 不写（建议）：按每个标签平时的识读率，由 [rules] missing_certainty 决定何时疑似缺失；
        # 写了：在有效覆盖下静默这么多秒即报，把握照实写出，可能很低 / left out (better): when a tag is suspected
        # missing follows from how often it is usually read and from missing_certainty; set: after this many
        # covered seconds of silence, with a stated confidence that may be very low, and only while all
        # antennas of the zone are at work / 且须该区全部天线都在工作
        #missing_after_seconds = 14400
        # 仅 walk-by：标签进出天线场后，多少秒内说出；越长越准，2–9 有意义（读写器每秒上报时）
        # walk-by only: say within so many seconds who came into the field and who left it; longer is surer,
        # 2 to 9 where the reader reports every second or more often
        #decide_within_seconds = 5

        #[[reader]]
        #id = "M01-R1"
        #site = "M01"
        # 可用 / one of: auto | impinj | smartreader | zebra | zebra-rfd | csl | ifm | llrpkit |
        # edgex | rifidi | sparkplug | neuron | plain | mapping NAME
        # auto 按内容识别，逐主题，定了不变 / recognises by content, topic by topic, for good；mapping 见下 / see below
        #vendor = "auto"
        # MQTT 主题过滤器，可用 + 和 # / topic filters; + and # are allowed
        #topics = ["readers/M01-R1/#"]
        # 设备在报文里的自称；几台读写器共用一个主题时必填 / its own name in the body; needed where readers share a topic
        #identities = ["impinj-14-A5-3C"]
        # 标签不动时读写器隔多久上报一次，秒；0 = 每次识读都上报；不写 = 从报文看出 / not set: seen in its messages
        # Seconds between reports of a resting tag; 0 = every read is reported.
        #report_interval_seconds = 0
        # 多久没有消息算离线，秒；默认取 3 × report_interval_seconds 与 60 中较大者
        # Seconds without a message until offline; default: the larger of 3 × report_interval_seconds and 60.
        #offline_after_seconds = 60
        # 凭什么知道它在线 / what shows that it is alive: "will" 遗嘱 | "heartbeat" 心跳 | "traffic" 只有读数
        # traffic：天线读到标签时才算覆盖 / with "traffic" an antenna covers only while it reads something
        #liveness = "traffic"
        # 手持、随人走动的读写器：读到即在位，没读到什么也不说明，收起来不算离线
        # carried about: what it reads is there, what it misses means nothing, and put away is not offline
        #handheld = false

        #[[reader.antenna]]
        # 读写器上印的号，从 1 起 / as printed on the reader, from 1
        #port = 1
        #zone = "M01-Z1"
        # 仅通道门 / gates only: "inside" | "outside"
        #side = "inside"

        #[[reader.light_barrier]]
        # 仅通道门：接在读写器输入口上的光栅，见 docs/gates.md / gates only: a beam on an input of the reader
        #pin = 1
        #zone = "M01-Z1"
        # 两道光栅一内一外，先后即方向 / two beams, one on each side: their order is the direction
        #side = "inside"
        # 有东西挡住时输入的电平 / level of the input while something stands in the beam: "low" | "high"
        #active = "high"

        #[[terminal_source]]
        #id = "vehicles"
        #topics = ["jt808/+/up"]
        # 可用 / one of: auto | jt808 | emqx（EMQX 的 JT/T 808 网关 / its gateway）| traccar | owntracks | flespi |
        # 32960（经 EMQX / through EMQX）| nmea | 809
        #format = "jt808"
        # 坐标系 / datum: "wgs84" | "gcj02" | "bd09"
        #datum = "wgs84"


        """

    private static let knowledge = """
        # 哪些标签是我们的；其余（衣物、快递、图书）只计数 / which tags are ours; all others are only counted
        # 十六进制，大小写均可 / hex of either case
        [number_space]
        epc_prefixes = []
        # 两端都含，可写多段 / both ends included: { from = "3400…0000", to = "3400…FFFF" } | "FROM-TO"
        ranges = []
        # 完整的 EPC，逐个列出 / whole EPCs, one by one
        lists = []

        [rules]
        # 写入每条差异，改规则不改历史 / written into each discrepancy, so that new rules do not rewrite history
        rule_set = "v1"
        # 终端多久没消息算离线，秒 / seconds；停驶终端通常 10 分钟一报，三次 / three reports of a parked terminal
        terminal_silent_after_seconds = 1800
        # 消除后在此时间内再现，沿用原编号，秒 / seconds in which a discrepancy that returns keeps its id
        reopen_window_seconds = 86400
        # 未消除差异的新证据至多隔多久报一次，秒 / seconds between reports of new evidence for an open discrepancy
        held_every_seconds = 900
        # 判定位置不符所需的把握 / how sure a place must be before the books are called wrong, 0.5...0.9999
        place_certainty = 0.95
        # 判定疑似缺失所需的把握 / how sure that a tag is gone before it is suspected missing, 0.5...0.9999
        # 0.99：百次中可有一次误报；0.95 更早，二十次中可有一次 / at 0.99 one suspicion in a hundred may be false;
        # at 0.95 they come sooner, and one in twenty may be
        missing_certainty = 0.99
        # 两个地点之间最快也要这么多秒；更快地两头出现的标签是克隆（TAG_DUPLICATE）。相邻的地点用 neighbours 相连；
        # 0：不据此判断 / nothing gets from one site to another sooner, seconds: a tag that is read at both in less,
        # again and again, is cloned. Join sites next door by neighbours; 0: conclude nothing from it
        site_travel_min_seconds = 600
        # 早于收到时间这么多秒的读数即拒收 / older reads are refused, seconds; longer than any reader's buffer
        clock_too_old_after_seconds = 604800
        # 读数时间超前这么多即拒收，秒 / seconds ahead at which a read is refused: no sound clock drifts that far
        clock_future_after_seconds = 300
        # 设备时钟持续偏差这么多秒即报 / seconds a device's clock is steadily off before it is called wrong
        clock_skew_after_seconds = 60
        # 读写器在线却不覆盖，多久算缺口，秒 / seconds that a reader is heard and does not cover until it is a gap
        coverage_gap_after_seconds = 60
        # 点火后多久没有定位即报，秒 / seconds with the ignition on and without a position fix
        no_fix_after_seconds = 180


        """

    private static let bounds = """
        # 一切都有上限；到了上限就降级并计数 / everything has a limit; at the limit it degrades and is counted
        [limits]
        # 同时记住的未登记标签数，先忘最久未读的 / tags outside the register remembered at once
        strangers_max = 65536
        # 每个标签记住的天线数 / antennas remembered for one tag
        antennas_per_tag_max = 16
        # 每台读写器记住多少条消息以识别重投，不得小于 receive_maximum；63 台以上按份额分
        # Messages remembered of each reader to tell redeliveries, >= receive_maximum; by shares
        # beyond 63 readers.
        redelivery_window_messages = 8192
        # 同时记住的未登记终端数 / terminals without a vehicle remembered at once
        unknown_terminals_max = 1024
        # 单条消息字节数，超出即拒收 / bytes of one message；Zebra 一批可达 256,000 / a Zebra batch may be 256,000
        payload_bytes_max = 524288
        # 一个事务的消息数、字节数和等待毫秒数 / messages, bytes and milliseconds of waiting in one transaction
        # 50 毫秒：闪存每秒至多 20 次提交 / 50 ms: flash sees at most 20 commits a second; full batches leave at once
        batch_messages_max = 1000
        batch_bytes_max = 4194304
        batch_milliseconds = 50
        # 留给集成人员看的拒收消息数，每条至多 1 KiB / refused messages kept for the integrator, at most 1 KiB each
        quarantine_rows_max = 1000
        # 差异经过的记录条数 / rows of the history of discrepancies, about 150 bytes each
        history_rows_max = 200000
        # 同一原因每分钟的日志行数，其余合为一行 / lines per minute and cause in the journal, the rest become one line
        log_lines_per_minute_per_cause = 60

        # 保留期限：目前由上面的行数决定，暂无键 / retention: bounded by the rows above today, no key yet
        [retention]

        [outputs]
        # 通过 MQTT 发布差异 / publish discrepancies over MQTT: tally/v1/<site>/discrepancies/<id>
        mqtt = true

        """
}
