import Testing

@testable import DepotStore

/// Whether a disk takes changes, as the kernel says it.
struct MountTableTests {
    private let mounts = """
        22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
        36 22 7:0 / /var/lib/depotd rw,relatime shared:1 - ext4 /dev/loop0 rw,emergency_ro
        37 22 7:1 / /mnt ro,relatime - ext4 /dev/loop1 rw
        38 22 7:2 / /media rw - vfat /dev/loop2 ro,errors=remount-ro
        """

    @Test func whatGaveUpAfterAnErrorIsReadOnly() {
        #expect(MountTable.isReadOnly(device: (7, 0), in: mounts))
        #expect(MountTable.isReadOnly(device: (7, 2), in: mounts))
        // somewhere it is mounted for reading only, and is itself not
        #expect(!MountTable.isReadOnly(device: (7, 1), in: mounts))
        #expect(!MountTable.isReadOnly(device: (254, 0), in: mounts))
        #expect(!MountTable.isReadOnly(device: (9, 9), in: mounts))
        #expect(!MountTable.isReadOnly(device: (7, 0), in: "nonsense"))
    }
}
