import CDispatch
import Foundation
import Glibc

/// The configuration file on disk.
enum ConfigurationFile {
    static func read(_ path: String, report: ProblemReport) -> String? {
        let place = ConfigurationPlace(key: "file", line: 1)
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let reason = readFailure(of: path)
            report.refuse(place, "无法读取文件：\(reason)", "the file cannot be read: \(reason)")
            return nil
        }
        let max = TallyConfiguration.fileBytesMax
        guard data.count <= max else {
            report.refuse(place, "文件超过 \(max) 字节", "the file is larger than \(max) bytes")
            return nil
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            let line = lineOfFirstBadByte(in: Array(data))
            report.refuse(
                ConfigurationPlace(key: "file", line: line), "不是 UTF-8 编码", "the file is not UTF-8")
            return nil
        }
        return text
    }

    /// The system's word for why a file cannot be read.
    static func readFailure(of path: String) -> String {
        access(path, R_OK) == 0 ? "not a readable file" : String(cString: strerror(errno))
    }

    private static func lineOfFirstBadByte(in bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
        return (bad ?? 0) + 1
    }
}

/// A file key of `[broker]` as the configuration gives it.
struct CredentialFile {
    var path: String
    var place: ConfigurationPlace
    /// A password or a private key, not a certificate or a name.
    var isSecret: Bool
}

/// Looks whether credential files can be read. A path with a slash is a file; a bare name is a systemd
/// credential (`LoadCredential=`), looked up in the directory of the running unit.
struct CredentialFiles {
    let directory: String
    let report: ProblemReport

    /// Where systemd keeps the credentials of a unit while it runs: lets `check` by hand see what the daemon
    /// sees.
    static let unitDirectory = "/run/credentials/tallyd.service"

    static func fromEnvironment(report: ProblemReport) -> CredentialFiles {
        let directory = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]
        return CredentialFiles(directory: directory ?? unitDirectory, report: report)
    }

    func check(_ files: [CredentialFile]) {
        for file in files {
            let isName = !file.path.contains("/")
            let path = isName ? directory + "/" + file.path : file.path
            var details = stat()
            let isFile = stat(path, &details) == 0 && details.st_mode & S_IFMT == S_IFREG
            guard isFile, access(path, R_OK) == 0 else {
                refuse(file, path: path, isName: isName)
                continue
            }
            guard file.isSecret, details.st_mode & S_IROTH != 0 else { continue }
            report.note(
                file.place, "机密文件所有人可读，请 chmod 600 \(path)",
                "this secret is readable by everyone: chmod 600 \(path)")
        }
    }

    private func refuse(_ file: CredentialFile, path: String, isName: Bool) {
        let reason = ConfigurationFile.readFailure(of: path)
        let chinese = isName ? "（systemd 凭据，见单元文件 LoadCredential=）" : ""
        let english = isName ? " (a systemd credential: see LoadCredential= of the unit)" : ""
        report.refuse(
            file.place, "无法读取 \(path)\(chinese)：\(reason)", "cannot read \(path)\(english): \(reason)")
    }
}
