using PSContainer.Resctrl;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Cgroups;

/// <summary>
/// The rules of config-linux.md "IntelRdt". No machine of ours has resctrl, whose files are written as others are: a directory
/// stands in for it, in which, unlike there, a new group's files must be made.
/// </summary>
public sealed class ResctrlGroupTests : IDisposable
{
    private readonly TestDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void ANamedGroupThatExistsIsUsedWithItsOwnShares()
    {
        MakeGroup("gold", "    L3:0=00ff;1=00ff\n    MB:0= 100\n");
        ResctrlGroup.Make(_root.Root, new IntelRdtSpec { ClosId = "gold" }, "id").Add(4242);
        Assert.Equal("4242", Read("gold/tasks"));
        Assert.Equal("    L3:0=00ff;1=00ff\n    MB:0= 100\n", Read("gold/schemata"));
    }

    [Fact]
    public void ANamedGroupThatExistsMustHaveTheSharesThatAreAsked()
    {
        MakeGroup("gold", "    L3:0=00ff;1=00ff\n    MB:0= 100\n");
        ResctrlGroup.Make(_root.Root, new IntelRdtSpec { ClosId = "gold", L3CacheSchema = "L3:1=ff;0=ff" }, "id");
        ContainerException refused = Assert.ThrowsAny<ContainerException>(
            () => ResctrlGroup.Make(_root.Root, new IntelRdtSpec { ClosId = "gold", L3CacheSchema = "L3:0=f;1=ff" }, "id"));
        Assert.Contains("exists with other shares", refused.Message);
        Assert.True(Directory.Exists(_root["gold"]));
    }

    [Fact]
    public void ANamedGroupThatIsMissingNeedsShares()
    {
        ContainerException refused = Assert.ThrowsAny<ContainerException>(
            () => ResctrlGroup.Make(_root.Root, new IntelRdtSpec { ClosId = "silver" }, "id"));
        Assert.Contains("does not exist", refused.Message);
        Assert.False(Directory.Exists(_root["silver"]));
    }

    [Fact]
    public void TheRootIsTheDefaultGroup()
    {
        MakeGroup(".", "    L3:0=f\n");
        ResctrlGroup.Make(_root.Root, new IntelRdtSpec { ClosId = "/" }, "id").Add(7);
        Assert.Equal("7", Read("tasks"));
    }

    [Fact]
    public void WithoutANameTheGroupIsTheContainersAndItsOwn()
    {
        var spec = new IntelRdtSpec { EnableMonitoring = true };
        Assert.Equal([_root["id/mon_groups/id"], _root["id"]], ResctrlGroup.Owned(_root.Root, spec, "id"));
        Assert.Equal([_root["gold/mon_groups/id"]], ResctrlGroup.Owned(_root.Root, spec with { ClosId = "gold" }, "id"));
        Assert.Empty(ResctrlGroup.Owned(_root.Root, new IntelRdtSpec { ClosId = "gold" }, "id"));
        ResctrlGroup group = ResctrlGroup.Make(_root.Root, new IntelRdtSpec(), "id");
        Assert.True(Directory.Exists(_root["id"]));
        Assert.ThrowsAny<ContainerException>(() => ResctrlGroup.Make(_root.Root, new IntelRdtSpec(), "id"));
        group.Undo();
        Assert.False(Directory.Exists(_root["id"]));
    }

    [Fact]
    public void AMonitoringGroupIsMadeAndRemoved()
    {
        MakeGroup("gold", "    L3:0=f\n");
        Directory.CreateDirectory(_root["gold/mon_groups"]);
        var spec = new IntelRdtSpec { ClosId = "gold", EnableMonitoring = true };
        ResctrlGroup.Make(_root.Root, spec, "id");
        Assert.True(Directory.Exists(_root["gold/mon_groups/id"]));
        ResctrlGroup.Remove(ResctrlGroup.Owned(_root.Root, spec, "id"));
        Assert.False(Directory.Exists(_root["gold/mon_groups/id"]));
        Assert.True(Directory.Exists(_root["gold"]));
    }

    [Fact]
    public void WhatFailsHalfWayLeavesNothing()
    {
        // No schemata file appears in a new directory here, so writing it fails as a full or refusing resctrl does.
        ContainerException refused = Assert.ThrowsAny<ContainerException>(
            () => ResctrlGroup.Make(_root.Root, new IntelRdtSpec { L3CacheSchema = "L3:0=f" }, "id"));
        Assert.Equal("openat", refused.Call);
        Assert.False(Directory.Exists(_root["id"]));
    }

    private void MakeGroup(string name, string schemata)
    {
        string directory = Directory.CreateDirectory(_root[name]).FullName;
        File.WriteAllText(Path.Combine(directory, "schemata"), schemata);
        File.WriteAllText(Path.Combine(directory, "tasks"), "");
    }

    private string Read(string file) => File.ReadAllText(_root[file]);
}
