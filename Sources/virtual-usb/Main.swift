import Glibc
import VirtualUSB

/// `virtual-usb --script FILE -- COMMAND…`: everything is in VirtualUSB, so that it can be tested.
@main
enum Main {
    static func main() { exit(BenchCommandLine.run(CommandLine.arguments)) }
}
