import DepotModel
import NIOSSL

/// The certificate chain and key of these PEM files; TLS 1.2 and later.
///
/// - Throws: `configuration` where they cannot be read or do not belong together.
func tlsConfiguration(_ files: (certificate: String, key: String)) throws(DepotError) -> TLSConfiguration {
    func failed(_ path: String, _ error: any Error) -> DepotError {
        DepotError(
            .configuration, "\(path) cannot be used: \(error).",
            hint: "http.tls_certificate and http.tls_key must be PEM files that the station's user can read")
    }
    let chain: [NIOSSLCertificateSource]
    do {
        chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) }
    } catch {
        throw failed(files.certificate, error)
    }
    let key: NIOSSLPrivateKey
    do {
        key = try NIOSSLPrivateKey(file: files.key, format: .pem)
    } catch {
        throw failed(files.key, error)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    do {
        _ = try NIOSSLContext(configuration: configuration)
    } catch {
        throw failed(files.certificate, error)
    }
    return configuration
}
