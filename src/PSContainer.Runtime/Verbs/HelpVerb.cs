using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Runtime.Verbs;

/// <summary>How the executable is used.</summary>
internal static class HelpVerb
{
    private const string Text =
        """
        pscontainer: an OCI runtime that makes Linux containers straight from the kernel

        pscontainer [--root DIR] [--log FILE] [--log-format text|json] COMMAND

          run [-b BUNDLE] [-d] [--keep] [--die-with-parent] ID   create and start; in the foreground wait, remove, exit alike
          create [-b BUNDLE] ID                                  create; the command waits for start
          start ID                                               start a created container
          exec [-t] [-d] [-e NAME=VALUE] [-u UID[:GID]] [--cwd DIR] ID COMMAND...
                                                                 run a command in a running container
          state ID                                               the OCI state as JSON
          kill ID [SIGNAL]                                       send a signal to the init (SIGTERM)
          delete [-f] ID                                         remove a container that ended, or with -f any
          list [-q] [-f table|json]                              all containers
          spec [-b BUNDLE]                                       write an example config.json
          features                                               what this runtime can do, as JSON

        create and run also take --console-socket SOCKET, --pid-file FILE, --preserve-fds N, --no-pivot, --no-new-keyring.

        """;

    public static int Run(bool error)
    {
        if (error)
            Files.write(2, Encoding.UTF8.GetBytes(Text));
        else
            OutputText.Write(Text);
        return error ? 64 : 0;
    }
}
