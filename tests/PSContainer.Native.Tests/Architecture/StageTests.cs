using System.Reflection;
using PSContainer.Plan;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Native.Tests.Architecture;

/// <summary>Data goes one way: what is asked, what will be done, what is kept. A stage knows nothing of a later one.</summary>
public sealed class StageTests
{
    [Theory]
    [InlineData(typeof(ContainerSpec), new[] { "PSContainer.Plan", "PSContainer.Steps", "PSContainer.State", "PSContainer.Cgroups", "PSContainer.Monitor", "PSContainer.Containers" })]
    [InlineData(typeof(Planner), new[] { "PSContainer.Steps.Parent", "PSContainer.State", "PSContainer.Cgroups", "PSContainer.Monitor", "PSContainer.Containers" })]
    [InlineData(typeof(StateStore), new[] { "PSContainer.Steps.Parent", "PSContainer.Monitor", "PSContainer.Containers" })]
    public void A_stage_refers_only_to_earlier_ones(Type member, string[] later)
    {
        const BindingFlags all = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var broken = new List<string>();
        foreach (Type type in member.Assembly.GetTypes().Where(type => type.Namespace == member.Namespace))
        {
            foreach (MethodBase method in type.GetMethods(all).Cast<MethodBase>().Concat(type.GetConstructors(all)))
            {
                IEnumerable<Type?> used = MethodBody.Read(method).Select(one => one.Member as Type ?? one.Member?.DeclaringType);
                broken.AddRange(used.Where(one => later.Contains(one?.Namespace)).Select(one => $"{type.Name}.{method.Name} uses {one!.FullName}"));
            }
        }
        Assert.True(broken.Count == 0, string.Join('\n', broken.Distinct()));
    }

    [Fact]
    public void Native_knows_no_PowerShell() =>
        Assert.DoesNotContain(typeof(Planner).Assembly.GetReferencedAssemblies(), name => name.Name!.Contains("Management.Automation", StringComparison.Ordinal));
}
