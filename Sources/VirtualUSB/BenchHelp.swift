/// The text of `virtual-usb --help`.
enum BenchHelp {
    static let usage = """
        usage: virtual-usb --script FILE [--keep-open] [--ack] [--timeout SECONDS] [--root DIR] -- COMMAND...
        try: virtual-usb --help
        """

    static let text = """
        virtual-usb: emulated USB barcode scanners for a program that uses the real libusb

        usage: virtual-usb --script FILE [--keep-open] [--ack] [--timeout SECONDS] [--root DIR] -- COMMAND...

          --script FILE      the steps to play; - reads them from standard input as they come
          --keep-open        at the end of the script wait for COMMAND instead of ending it with TERM
          --ack              answer each line on standard output: {"done":3} or {"error":"...","line":3};
                             what COMMAND writes there goes to standard error then, and with --script -
                             a mistake in a line is answered and the bench goes on
          --timeout SECONDS  time limit of each step that waits (10)
          --root DIR         where the emulated sysfs is kept, a short path (/dev/shm, else $TMPDIR)

        COMMAND sees the emulated bus and no other; one process of it may use libusb. It starts at {"start":true},
        or, without such a step, after the leading plugs. INT, TERM and HUP are passed on to it and end the bench.

        Exit status: that of COMMAND, 128 + N if signal N ended it (0 if that was the script's own KILL).
        The bench's own: 64 usage, 65 the script has errors, 66 it cannot be read, 69 umockdev is missing,
        70 a step failed (COMMAND is killed, the message names the line).

        A script has one JSON object a line; blank lines and lines starting with # are skipped.

          {"plug":{"name":"A","port":"1"}}      plug a scanner in; also
              "vid","pid"     "0c2e","0db3"; and "release":"0100"
              "serial"        a text; absent or null: none
              "manufacturer","product"  texts, null: none
              "port"          "4.2" is port 2 of a hub in port 4
              "no_strings":true  asking for a string stalls
              "plain":true    an ordinary keyboard, not a scanner
            and of its first interface, or of a further one in "interfaces":[{"kind":"pos"},...], at most 8 in all
              "kind"          "wedge" types its codes as a keyboard (default), "pos" is a HID POS scanner, "vendor"
                              is something else, which scans nothing and sends raw reports only
              "layout"        "us" (default) or "de": what a wedge types for
              "descriptor"    the HID report descriptor in hexadecimal, at most 4096 bytes
              "class"         3, HID; another one has no HID descriptor and no driver of the kernel
              "protocol"      1 for a wedge, else 0
              "max_packet"    8 for a wedge, else 64: a transfer ends with a shorter packet or a full buffer
              "out_endpoint":true  it has an interrupt OUT endpoint beside its IN endpoint
              "busy":true     another process has claimed it, until {"release":"A"}
          {"unplug":"A"}                        pull it out, even in the middle of a code
          {"scan":{"scanner":"A","text":"IT-0042"}}   scan a code; also
              "hex"           the bytes of the code instead of "text"
              "aim"           the symbology identifier, "]C1"
              "terminator"    "enter", "tab", "none"
              "gap_ms"        the time between two reports, such as 20 or 2.5
          {"reports":{"scanner":"A","hex":["0000040000000000","0000000000000000"]}}   raw input reports;
              "gap_ms" as above
          {"fault":{"scanner":"A","status":"stall","count":1}}   or "error", "protocol", "overflow"
          {"await":"A"}                         wait until COMMAND has an input transfer queued
          {"drain":"A"}                         wait until all reports were sent and COMMAND has taken them; the
                                                time limit counts from the last one on
          {"written":{"scanner":"A","hex":"fe01","type":"feature"}}   wait until COMMAND has sent this; also
              "request"       "set_report" (default), "set_idle", "set_protocol", "interrupt_out";
              "value"         the whole wValue
          {"reattached":"A"}                    wait until COMMAND has given it back to the kernel's driver
          {"start":true}  {"restart":true}      restart ends it with TERM first, unless a KILL, TERM,
                                                INT, QUIT or ABRT came before
          {"kill":"KILL"}                       or TERM, INT, HUP, QUIT, ABRT, USR1, USR2, STOP, CONT
          {"wait":true}                         wait until COMMAND has ended; {"wait":0}: with this status
          {"exec":["cmd","arg"]}                run another program outside the bus; fails unless it exits with 0
          {"say":"text"}  {"pause_ms":500}      for demonstrations
        Any step may have "timeout_ms":N beside it. All but plug and unplug know a further interface as "A#1", "A#2"...

        scan and reports return at once, and what they send waits in the scanner until COMMAND takes it, stopped or not.
        With "gap_ms" the reports go out by the bench's own clock while later steps run; what later steps send to the
        same interface queues up behind.

        As with Linux's usbfs, a control request to an interface claims it if COMMAND has not and no driver is bound
        (standard error says so), and fails with EBUSY if another one has it. When COMMAND dies its interfaces are free,
        and no driver is bound to them again. While usbhid is bound, sysfs has the report descriptor.

        Example 1, two scanners and an unplugged cable:
          {"plug":{"name":"counter","port":"1","serial":"W-1","layout":"de"}}
          {"plug":{"name":"desk","port":"2","kind":"pos","serial":"P-1"}}
          {"await":"counter"}
          {"await":"desk"}
          {"scan":{"scanner":"counter","text":"BADGE:1001"}}
          {"scan":{"scanner":"desk","text":"IT-0042","aim":"]C1"}}
          {"drain":"counter"}
          {"drain":"desk"}
          {"reports":{"scanner":"counter","hex":["02000c0000000000","0000000000000000"]}}
          {"drain":"counter"}
          {"unplug":"counter"}
          {"plug":{"name":"counter","port":"4.2","serial":"W-1","layout":"de"}}
          {"await":"counter"}
          {"scan":{"scanner":"counter","text":"IT-0042"}}
          {"drain":"counter"}

        Example 2, faults and a crash of the command:
          {"plug":{"name":"A","port":"1","kind":"pos"}}
          {"await":"A"}
          {"fault":{"scanner":"A","status":"stall"}}
          {"scan":{"scanner":"A","text":"after the stall"}}
          {"drain":"A"}
          {"kill":"KILL"}
          {"wait":true}
          {"scan":{"scanner":"A","text":"kept in the scanner"}}
          {"restart":true}
          {"drain":"A"}

        Example 3, a slow wedge with a HID POS interface beside it, and a command that is stopped meanwhile:
          {"plug":{"name":"A","port":"1","interfaces":[{"kind":"pos"}]}}
          {"await":"A#1"}
          {"scan":{"scanner":"A","text":"IT-0042","gap_ms":20}}
          {"kill":"STOP"}
          {"scan":{"scanner":"A#1","text":"IT-0043"}}
          {"pause_ms":1000}
          {"kill":"CONT"}
          {"drain":"A"}
          {"drain":"A#1"}
        """
}
