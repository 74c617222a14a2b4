/// Labels on sheets: a page to print, or each as an image.
public struct LabelSheet: Sendable {
    /// The labels, in order.
    public var labels: [Label]
    /// The sheet they go on.
    public var format: SheetFormat
    /// The codes on each label.
    public var codes: Label.Codes
    /// Places at the start of the first page that are used already, 0 to one less than a page has.
    public var skipped: Int

    /// Creates a sheet; `skipped` is taken modulo the places of a page.
    public init(_ labels: [Label], on format: SheetFormat, codes: Label.Codes = .both, skipping skipped: Int = 0) {
        (self.labels, self.format, self.codes) = (labels, format, codes)
        self.skipped = max(0, skipped) % format.count
    }

    /// Returns one label as an SVG document (SVG 1.1) of the label's size.
    public func svg(_ label: Label) -> String {
        svg(
            format.label.width, format.label.height,
            label.group(codes, width: format.label.width, height: format.label.height))
    }

    /// Returns one label as a PNG image at 300 dots per inch: its QR code, and its Code 128 with the text below; nil where
    /// neither kind of code can hold it.
    public func png(_ label: Label) -> [UInt8]? {
        var images: [[[Bool]]] = []
        let linear = codes == .qr ? nil : TextedBars(label.code)?.pixels
        if codes != .code128 || linear == nil, let square = Symbol(label.code, .qr) {
            images.append(Self.enlarged(square, by: 6))
        }
        if let linear { images.append(linear) }
        guard let height = images.map(\.count).max() else { return nil }
        return PNG.encode(
            (0..<height).map { row in
                images.flatMap { image in
                    let top = (height - image.count) / 2
                    return image.indices.contains(row - top)
                        ? image[row - top] : Array(repeating: false, count: image.first?.count ?? 0)
                }
            })
    }

    /// Returns a page to print that needs nothing else: HTML with its own style and the labels as SVG.
    ///
    /// - Parameters:
    ///   - title: the page's title.
    ///   - language: of the texts, as BCP 47 names it.
    public func html(title: String, language: String = "en") -> String {
        var pages = ""
        var places = Array(repeating: Label?.none, count: skipped) + labels.map(Optional.some)
        repeat {
            // Nothing of a label may lie on its neighbour, whatever font prints it.
            let (width, height) = (Label.number(format.label.width), Label.number(format.label.height))
            var groups = "<clipPath id=\"label\"><rect width=\"\(width)\" height=\"\(height)\"/></clipPath>\n"
            for (place, label) in places.prefix(format.count).enumerated() {
                guard let label else { continue }
                let (x, y) = format.origin(of: place)
                groups +=
                    "<g transform=\"translate(\(Label.number(x)) \(Label.number(y)))\" clip-path=\"url(#label)\">"
                    + label.group(codes, width: format.label.width, height: format.label.height) + "</g>\n"
            }
            pages += svg(format.pageSize.width, format.pageSize.height, groups) + "\n"
            places = Array(places.dropFirst(format.count))
        } while !places.isEmpty
        return """
            <!doctype html>
            <html lang="\(Label.escaped(language))">
            <meta charset="utf-8">
            <title>\(Label.escaped(title))</title>
            <style>\(style)</style>
            \(pages)</html>

            """
    }

    /// The page's style, for a content security policy that names it by its hash.
    public var style: String {
        "@page{size:\(format.page);margin:0}body{margin:0}svg{display:block;break-after:page}svg:last-of-type{break-after:auto}"
    }

    private func svg(_ width: Double, _ height: Double, _ content: String) -> String {
        let (width, height) = (Label.number(width), Label.number(height))
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)mm\" height=\"\(height)mm\" "
            + "viewBox=\"0 0 \(width) \(height)\" font-family=\"sans-serif\" shape-rendering=\"crispEdges\">"
            + "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#fff\"/>\(content)</svg>"
    }

    /// The code with its quiet zone, each module a square of pixels.
    private static func enlarged(_ symbol: Symbol, by scale: Int) -> [[Bool]] {
        let zone = symbol.quietZone
        let width = (symbol.width + 2 * zone) * scale
        let rows = symbol.rows.flatMap { row -> [[Bool]] in
            let pixels =
                Array(repeating: false, count: zone * scale)
                + row.flatMap { Array(repeating: $0, count: scale) } + Array(repeating: false, count: zone * scale)
            return Array(repeating: pixels, count: scale)
        }
        let white = Array(repeating: Array(repeating: false, count: width), count: zone * scale)
        return white + rows + white
    }
}
