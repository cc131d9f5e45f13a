# SPDX-License-Identifier: MIT
"""The disk of the rig's server: a file system in a sparse file, so that no check depends on the free space of the
machine's disk. Space of deleted files is returned to the machine."""
import fcntl
import glob
import os
import struct
import subprocess
import time

GIB = 1 << 30
# doctor accepts this much free space (checks_host.DISK_FREE_MIB), or with this share.
DOCTOR_FREE, DOCTOR_SHARE = 10 * GIB, 0.2
SIZE = 32 * GIB
# Space that a run may take of the machine's disk: images, their build cache, volumes and logs (measured: 3.2), and besides the
# server's disk engine, base image, Traefik (0.8 built, more during its build).
NEEDED, NEEDED_BESIDE = 6 * GIB, 2 * GIB
# Its last user may still be exiting.
UNMOUNT_SECONDS = 30


def image(folder):
    return folder + ".img"


def taken(folder):
    """Bytes of the machine's disk that it already uses."""
    try:
        return os.stat(image(folder)).st_blocks * 512
    except FileNotFoundError:
        return 0


def lacking(folder, own):
    """None, or the missing space on the machine's disk. If the server has no disk of its own, its doctor needs free space too."""
    there = os.statvfs(os.path.dirname(folder))
    free, whole = there.f_bavail * there.f_frsize, there.f_blocks * there.f_frsize
    needed = NEEDED_BESIDE + (max(NEEDED - taken(folder), GIB) if own else NEEDED + min(DOCTOR_FREE, DOCTOR_SHARE * whole))
    if free >= needed:
        return None
    return f"the machine's disk has {free / GIB:.1f} GB free, a run needs {needed / GIB:.1f} GB in addition to {folder}"


def tried(*words):
    """None, or the reason why this machine cannot do it."""
    try:
        done = subprocess.run(words, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except OSError as error:
        return str(error)
    return " ".join(done.stdout.split())[-300:] or f"{words[0]} ended with {done.returncode}" if done.returncode else None


def mounted(folder):
    # A journal protects it when the machine stops; unused inode tables are not written.
    return tried("mount", "-t", "ext4", "-o", "loop,discard,noatime,noinit_itable", image(folder), folder)


def made(folder):
    """Creates a new one; an old one that is still mounted remains in use until then."""
    if os.path.exists(image(folder)):
        os.unlink(image(folder))
    with open(image(folder), "xb") as file:
        file.truncate(SIZE)
    return tried("mkfs.ext4", "-q", "-m", "0", "-J", "size=64", "-E", "nodiscard", image(folder))


def up(folder):
    """Mounts it on the folder; creates it if there is none that can be mounted. Its files remain from run to
    run. Returns None, or why this machine has no such disk."""
    os.makedirs(folder, exist_ok=True)
    if os.path.ismount(folder):
        return None
    kept = os.path.exists(image(folder)) and os.path.getsize(image(folder)) == SIZE
    if kept and mounted(folder) is None:
        return None
    why = made(folder) or mounted(folder)
    if why:
        os.unlink(image(folder))
    return why


def down(folder):
    end = time.monotonic() + UNMOUNT_SECONDS
    while os.path.ismount(folder) and (why := tried("umount", folder)):
        if time.monotonic() > end:
            raise RuntimeError(f"the server's disk remains mounted: {why}")
        time.sleep(0.2)


# linux/fs/ext4/ext4.h: EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH.
SHUTDOWN, NOLOGFLUSH = 0x8004587D, 2


def holders(folder):
    """One process for each mount namespace that has it mounted; a child of ours keeps it alive."""
    found = {}
    for path in glob.glob("/proc/[0-9]*"):
        try:
            with open(f"{path}/mountinfo", encoding="utf-8") as table:
                if any(line.split()[4] == folder for line in table):
                    found[os.readlink(f"{path}/ns/mnt")] = os.path.basename(path)
        except OSError:
            pass
    return found.values()


def lose(folder):
    """Like a power failure: data that its users have not synced are gone, and it is mounted nowhere. Its users have
    been killed. Refuses any other file system than that of the image."""
    one = os.open(folder, os.O_RDONLY)
    number = os.fstat(one).st_dev
    with open(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}/loop/backing_file", encoding="utf-8") as file:
        assert os.path.samefile(file.read().strip(), image(folder)), f"{folder} is not the file system of {image(folder)}"
    fcntl.ioctl(one, SHUTDOWN, struct.pack("I", NOLOGFLUSH))
    os.close(one)
    for pid in holders(folder):
        tried("nsenter", f"--mount=/proc/{pid}/ns/mnt", "umount", "--lazy", folder)
    end = time.monotonic() + UNMOUNT_SECONDS
    while subprocess.run(["losetup", "--associated", image(folder)], check=True, stdout=subprocess.PIPE).stdout:
        if time.monotonic() > end:
            raise RuntimeError(f"{folder} is still in use")
        time.sleep(0.1)
