using PSContainer.Systemd;

namespace PSContainer.Native.Tests.Systemd;

public sealed class ScopeNameTests
{
    [Theory]
    [InlineData(null, "system.slice", "pscontainer-web.scope", "/system.slice")]
    [InlineData("", "system.slice", "pscontainer-web.scope", "/system.slice")]
    [InlineData("machine.slice:libpod:123", "machine.slice", "libpod-123.scope", "/machine.slice")]
    [InlineData(":docker:123", "system.slice", "docker-123.scope", "/system.slice")]
    [InlineData("machine.slice::123", "machine.slice", "123.scope", "/machine.slice")]
    [InlineData("kubepods-besteffort-pod1.slice:cri-containerd:abc", "kubepods-besteffort-pod1.slice", "cri-containerd-abc.scope",
        "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1.slice")]
    [InlineData("-.slice:a:b", "-.slice", "a-b.scope", "")]
    public void A_path_names_slice_and_scope(string? path, string slice, string unit, string cgroup)
    {
        var name = ScopeName.Parse(path, "web", isUser: false);
        Assert.Equal((slice, unit, cgroup), (name.Slice, name.Unit, name.SlicePath));
    }

    [Fact]
    public void A_user_s_scope_is_in_his_own_slice() => Assert.Equal("user.slice", ScopeName.Parse(null, "web", isUser: true).Slice);

    [Theory]
    [InlineData("/a/b")]
    [InlineData("one:two")]
    [InlineData("a:b:c:d")]
    [InlineData("machine.slice:p:")]
    [InlineData("machine:p:n")]
    [InlineData("-a.slice:p:n")]
    [InlineData("a-.slice:p:n")]
    [InlineData("a--b.slice:p:n")]
    [InlineData("../x.slice:p:n")]
    [InlineData("a/b.slice:p:n")]
    [InlineData("machine.slice:p:a/../b")]
    [InlineData("machine.slice:p:a b")]
    [InlineData("machine.slice:p q:n")]
    public void Another_form_is_refused(string path) =>
        Assert.Equal("linux.cgroupsPath", Assert.Throws<InvalidSpecException>(() => ScopeName.Parse(path, "web", isUser: false)).Target);

    [Fact]
    public void A_name_longer_than_systemd_takes_is_refused() =>
        Assert.Throws<InvalidSpecException>(() => ScopeName.Parse($"machine.slice:p:{new string('x', 250)}", "web", isUser: false));
}
