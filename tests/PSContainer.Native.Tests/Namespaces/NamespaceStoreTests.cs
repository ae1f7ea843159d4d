using PSContainer.Namespaces;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Namespaces;

public sealed class NamespaceStoreTests : IDisposable
{
    private readonly TestDirectory _area = new();

    public void Dispose() => _area.Dispose();

    [RootCommandFact("unshare")]
    public void What_is_younger_than_the_last_look_at_all_is_known_nonetheless()
    {
        var store = new NamespaceStore(_area["state"]);
        string file = _area["uts"];
        File.WriteAllText(file, "");
        store.List();
        HostCommand.Run("unshare", $"--uts={file}", "true");
        try
        {
            Namespace one = store.OfPath(file);
            Assert.Equal(file, one.Path);
            Assert.NotNull(one.OwnerInode);
        }
        finally
        {
            HostCommand.Run("umount", file);
        }
    }
}
