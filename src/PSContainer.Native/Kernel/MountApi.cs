namespace PSContainer.Kernel;

/// <summary>
/// Constants of the mount calls: mount(2), open_tree(2), fsopen(2), mount_setattr(2), linux/mount.h and fcntl.h.
/// </summary>
public static class MountApi
{
    /// <summary>MS_RDONLY.</summary>
    public const int MsRdonly = 1;

    /// <summary>MS_REC.</summary>
    public const int MsRec = 0x4000;

    /// <summary>MS_UNBINDABLE.</summary>
    public const int MsUnbindable = 1 << 17;

    /// <summary>MS_PRIVATE.</summary>
    public const int MsPrivate = 1 << 18;

    /// <summary>MS_SLAVE.</summary>
    public const int MsSlave = 1 << 19;

    /// <summary>MS_SHARED.</summary>
    public const int MsShared = 1 << 20;

    /// <summary>MNT_FORCE.</summary>
    public const int MntForce = 1;

    /// <summary>MNT_DETACH.</summary>
    public const int MntDetach = 2;

    /// <summary>UMOUNT_NOFOLLOW: a link at the end of the path is not followed.</summary>
    public const int UmountNofollow = 8;

    /// <summary>OPEN_TREE_CLONE.</summary>
    public const int OpenTreeClone = 1;

    /// <summary>OPEN_TREE_CLOEXEC.</summary>
    public const int OpenTreeCloexec = 0x80000;

    /// <summary>AT_RECURSIVE.</summary>
    public const int AtRecursive = 0x8000;

    /// <summary>AT_EMPTY_PATH.</summary>
    public const int AtEmptyPath = 0x1000;

    /// <summary>AT_SYMLINK_NOFOLLOW.</summary>
    public const int AtSymlinkNofollow = 0x100;

    /// <summary>MOVE_MOUNT_F_EMPTY_PATH.</summary>
    public const int MoveFromEmptyPath = 4;

    /// <summary>MOVE_MOUNT_T_EMPTY_PATH.</summary>
    public const int MoveToEmptyPath = 0x40;

    /// <summary>MOVE_MOUNT_T_SYMLINKS: a link at the destination is followed.</summary>
    public const int MoveToSymlinks = 0x10;

    /// <summary>FSOPEN_CLOEXEC and FSMOUNT_CLOEXEC.</summary>
    public const int FsCloexec = 1;

    /// <summary>FSCONFIG_SET_FLAG.</summary>
    public const int FsconfigSetFlag = 0;

    /// <summary>FSCONFIG_SET_STRING.</summary>
    public const int FsconfigSetString = 1;

    /// <summary>FSCONFIG_SET_FD.</summary>
    public const int FsconfigSetFd = 5;

    /// <summary>FSCONFIG_CMD_CREATE.</summary>
    public const int FsconfigCreate = 6;

    /// <summary>FSCONFIG_CMD_RECONFIGURE.</summary>
    public const int FsconfigReconfigure = 7;

    /// <summary>FSPICK_CLOEXEC and FSPICK_EMPTY_PATH.</summary>
    public const int FspickDescriptor = 9;

    /// <summary>MOUNT_ATTR_RDONLY.</summary>
    public const long AttrRdonly = 1;

    /// <summary>MOUNT_ATTR_NOSUID.</summary>
    public const long AttrNosuid = 2;

    /// <summary>MOUNT_ATTR_NODEV.</summary>
    public const long AttrNodev = 4;

    /// <summary>MOUNT_ATTR_NOEXEC.</summary>
    public const long AttrNoexec = 8;

    /// <summary>MOUNT_ATTR__ATIME, the mask of the access time setting.</summary>
    public const long AttrAtimeMask = 0x70;

    /// <summary>MOUNT_ATTR_NOATIME.</summary>
    public const long AttrNoatime = 0x10;

    /// <summary>MOUNT_ATTR_STRICTATIME.</summary>
    public const long AttrStrictatime = 0x20;

    /// <summary>MOUNT_ATTR_NODIRATIME.</summary>
    public const long AttrNodiratime = 0x80;

    /// <summary>MOUNT_ATTR_IDMAP.</summary>
    public const long AttrIdmap = 0x100000;

    /// <summary>MOUNT_ATTR_NOSYMFOLLOW.</summary>
    public const long AttrNosymfollow = 0x200000;
}

/// <summary>struct mount_attr, mount_setattr(2).</summary>
public struct MountAttr
{
    /// <summary>Attributes to set.</summary>
    public ulong Set;

    /// <summary>Attributes to clear.</summary>
    public ulong Clear;

    /// <summary>Propagation type (MS_PRIVATE...), 0 leaves it.</summary>
    public ulong Propagation;

    /// <summary>User namespace of an id-mapped mount.</summary>
    public ulong UserNamespaceFd;
}
