namespace PSContainer.Security.Seccomp;

/// <summary>
/// The calls that 32-bit x86 also reaches through socketcall(2) and ipc(2), where the first argument says which one is meant.
/// </summary>
internal static class MultiplexedCall
{
    /// <summary>Where a call is multiplexed.</summary>
    /// <param name="name">The call's name.</param>
    /// <param name="through"><c>socketcall</c> or <c>ipc</c>.</param>
    /// <param name="selector">The first argument that means this call (linux/net.h, linux/ipc.h).</param>
    /// <returns>Whether it is one of them.</returns>
    public static bool TryFind(string name, out string through, out uint selector)
    {
        selector = Socket(name);
        through = selector != 0 ? "socketcall" : "ipc";
        if (selector == 0)
            selector = Ipc(name);
        return selector != 0;
    }

    private static uint Socket(string name) => name switch
    {
        "socket" => 1,
        "bind" => 2,
        "connect" => 3,
        "listen" => 4,
        "accept" => 5,
        "getsockname" => 6,
        "getpeername" => 7,
        "socketpair" => 8,
        "send" => 9,
        "recv" => 10,
        "sendto" => 11,
        "recvfrom" => 12,
        "shutdown" => 13,
        "setsockopt" => 14,
        "getsockopt" => 15,
        "sendmsg" => 16,
        "recvmsg" => 17,
        "accept4" => 18,
        "recvmmsg" => 19,
        "sendmmsg" => 20,
        _ => 0,
    };

    private static uint Ipc(string name) => name switch
    {
        "semop" => 1,
        "semget" => 2,
        "semctl" => 3,
        "semtimedop" => 4,
        "msgsnd" => 11,
        "msgrcv" => 12,
        "msgget" => 13,
        "msgctl" => 14,
        "shmat" => 21,
        "shmdt" => 22,
        "shmget" => 23,
        "shmctl" => 24,
        _ => 0,
    };
}
