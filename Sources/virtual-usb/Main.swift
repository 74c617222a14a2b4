import Glibc
import VirtualUSB

/// The program `virtual-usb --script FILE -- COMMAND…`, whose code is in VirtualUSB so that it can be tested.
@main
enum Main {
    static func main() { exit(BenchCommandLine.run(CommandLine.arguments)) }
}
