#pragma once

#include <stdbool.h>
#include <stdint.h>

/// A directory whose files SQLite sees through a disk that can be made to fail.
///
/// The disk is SQLite's default file system with a journal of what was written and not yet synced. Files of other
/// directories are passed through untouched.
typedef struct faulty_disk faulty_disk;

/// What goes wrong.
typedef enum {
    /// An operation fails with an I/O error.
    faulty_disk_io_error,
    /// There is no room: half of what is to be written is, the rest isn't.
    faulty_disk_full,
    /// The power goes: the operation and all that follow fail, and of what was not synced a drawn part is lost or torn.
    faulty_disk_power_cut,
    /// The power goes in the middle of a write: its first half is there, the rest isn't.
    faulty_disk_torn_write,
} faulty_disk_fault;

/// Puts a disk under a directory, given without a slash at its end. NULL if there is no memory.
faulty_disk *faulty_disk_insert(const char *directory);

/// Takes the disk away. None of its files may be open.
void faulty_disk_remove(faulty_disk *disk);

/// Plans a fault.
///
/// `nth` counts, from 1 and from now, the operations that can meet this fault: those that change something, and with
/// `also_reading` those that read or lock too. A fault that `lasts` goes on with all operations of the kind that follow.
/// The seed draws what a power cut leaves.
void faulty_disk_plan(
    faulty_disk *disk, faulty_disk_fault fault, int64_t nth, bool lasts, bool also_reading, uint64_t seed);

/// Whether the planned fault has happened.
bool faulty_disk_has_failed(faulty_disk *disk);

/// Whether the power is off.
bool faulty_disk_is_off(faulty_disk *disk);

/// How many of its files are open.
int faulty_disk_open_files(faulty_disk *disk);

/// Ends every fault; after a power cut the files become what a restart finds. False if a file is still open, or can't be
/// written.
bool faulty_disk_mend(faulty_disk *disk);
