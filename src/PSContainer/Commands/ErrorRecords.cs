using System.Management.Automation;
using PSContainer.Kernel;

namespace PSContainer.Commands;

/// <summary>
/// The catalogue of errors: what a <see cref="ContainerException"/> is to PowerShell. See about_PSContainer_Errors.
/// </summary>
internal static class ErrorRecords
{
    internal static ErrorRecord Create(ContainerException exception, object? target) =>
        Create(exception, exception.ErrorId, CategoryOf(exception), target ?? exception.Target, exception.Recommendation);

    internal static ErrorRecord Create(
        Exception exception, string errorId, ErrorCategory category, object? target, string? recommendation) =>
        new(exception, errorId, category, target)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = recommendation ?? "" },
        };

    private static ErrorCategory CategoryOf(ContainerException exception) => exception.ErrorId switch
    {
        "CgroupNotFound" or "ContainerNotFound" or "RootfsNotFound" or "CommandNotFoundInContainer" => ErrorCategory.ObjectNotFound,
        "MountPointNotFound" or "OverlayNotFound" => ErrorCategory.ObjectNotFound,
        "CgroupAlreadyExists" or "ContainerAlreadyExists" => ErrorCategory.ResourceExists,
        "MountBusy" => ErrorCategory.ResourceBusy,
        "InvalidMount" => ErrorCategory.InvalidArgument,
        "InvalidArchive" => ErrorCategory.InvalidData,
        "RuntimeNotFound" => ErrorCategory.ObjectNotFound,
        "ContainerNotRunning" or "SessionEndangered" or "TerminalRequired" => ErrorCategory.InvalidOperation,
        "ContainerStartFailed" => ErrorCategory.OpenError,
        "ContainerHookFailed" => ErrorCategory.InvalidResult,
        "ContainerCommandFailed" => ErrorCategory.InvalidResult,
        "WaitTimeout" => ErrorCategory.OperationTimeout,
        "StartInterrupted" => ErrorCategory.OperationStopped,
        "PermissionDenied" => ErrorCategory.PermissionDenied,
        "ControllerNotDelegated" or "SubIdRangeMissing" => ErrorCategory.ResourceUnavailable,
        "NamespaceNotFound" => ErrorCategory.ObjectNotFound,
        "NamespaceAlreadyExists" => ErrorCategory.ResourceExists,
        "NamespaceBusy" => ErrorCategory.ResourceBusy,
        "NamespaceCreateFailed" => CategoryOf(exception.Errno) is var known and not ErrorCategory.NotSpecified
            ? known : ErrorCategory.OpenError,
        "OverlayUnsupported" or "SecurityModuleUnavailable" => ErrorCategory.NotImplemented,
        "CgroupBusy" or "PortInUse" => ErrorCategory.ResourceBusy,
        "ContainerAmbiguous" or "InvalidContainerSpec" => ErrorCategory.InvalidArgument,
        _ => CategoryOf(exception.Errno),
    };

    private static ErrorCategory CategoryOf(int errno) => errno switch
    {
        Errno.EPERM or Errno.EACCES => ErrorCategory.PermissionDenied,
        Errno.ENOENT or Errno.ESRCH => ErrorCategory.ObjectNotFound,
        Errno.EEXIST => ErrorCategory.ResourceExists,
        Errno.EBUSY or Errno.ETXTBSY => ErrorCategory.ResourceBusy,
        Errno.EINVAL => ErrorCategory.InvalidArgument,
        Errno.ENOSYS or Errno.EOPNOTSUPP => ErrorCategory.NotImplemented,
        Errno.ENOSPC or Errno.ENOMEM or Errno.EMFILE or Errno.ENFILE or Errno.EAGAIN => ErrorCategory.ResourceUnavailable,
        Errno.ETIMEDOUT => ErrorCategory.OperationTimeout,
        _ => ErrorCategory.NotSpecified,
    };
}
