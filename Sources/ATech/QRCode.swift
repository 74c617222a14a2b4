import DepotDialect
import DepotModel
import HTTPTypes
import LabelPrinting

/// The QR codes of assets, as PNG images.
enum QRCode {
    /// The width and the height of the image in pixels.
    static let size = 200

    /// Returns the image for an asset; `{tag}`, `{id}` and `{uuid}` in `content` stand for the asset's own.
    static func answer(_ asset: Asset, _ content: String) throws -> Answer {
        guard let symbol = Symbol(text(asset, content), .qr) else {
            throw DepotError(.badRequest, "The text is too long for a QR code.")
        }
        return Answer(.ok, headers: [.contentType: "image/png"], body: .bytes(PNG.encode(pixels(symbol))))
    }

    /// Returns the content with its placeholders replaced in one pass, so that a tag is never taken for a placeholder.
    static func text(_ asset: Asset, _ content: String) -> String {
        let names = ["{tag}": asset.tag, "{id}": asset.id.description, "{uuid}": asset.uuid.description]
        var text = ""
        var rest = content[...]
        while let character = rest.first {
            if let name = names.keys.first(where: { rest.hasPrefix($0) }) {
                text += names[name] ?? ""
                rest = rest.dropFirst(name.count)
            } else {
                text.append(character)
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// Returns rows of pixels, true for dark ones: modules of a whole number of pixels, centred.
    static func pixels(_ symbol: Symbol) -> [[Bool]] {
        let modules = symbol.rows
        let scale = max(1, size / (modules.count + 2 * symbol.quietZone))
        let margin = max(0, (size - modules.count * scale) / 2)
        return (0..<size).map { y in
            (0..<size).map { x in
                let (row, column) = (y - margin, x - margin)
                guard row >= 0, column >= 0, row / scale < modules.count, column / scale < modules.count else {
                    return false
                }
                return modules[row / scale][column / scale]
            }
        }
    }
}
