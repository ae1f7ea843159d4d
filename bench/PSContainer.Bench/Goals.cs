namespace PSContainer.Bench;

/// <summary>Notes the goals and what was measured, a row of a Markdown table each, in a file that is printed last.</summary>
internal sealed class Goals(string file)
{
    /// <summary>Notes the goals of one case. A goal is reached when the minimum and the tenth percentile both reach it.</summary>
    public void Note(BenchCase one, Samples[] all)
    {
        Samples? ours = Report.Find(all, Contestant.Ours), crun = Report.Find(all, Contestant.Reference);
        Samples? floor = Report.Find(all, Contestant.Floor);
        Note($"{one.Title}: at most {one.GoalToCrun}x `crun run`", ours, crun, one.GoalToCrun);
        Note($"{one.Title}: at most {BenchCase.GoalToFloor}x the floor", ours, floor, BenchCase.GoalToFloor);
    }

    /// <summary>Notes a goal.</summary>
    public void Note(string goal, string measured, bool? reached)
    {
        string verdict = reached switch { true => "reached", false => "missed", null => "not measured" };
        File.AppendAllText(file, $"| {goal} | {measured} | {verdict} |\n");
    }

    private void Note(string goal, Samples? ours, Samples? other, double limit)
    {
        if (ours is null || other is null)
        {
            Note(goal, "-", null);
            return;
        }
        double minimum = ours.Minimum / other.Minimum, p10 = ours.P10 / other.P10;
        Note(goal, $"{minimum:F2}x (minimum), {p10:F2}x (p10)", minimum <= limit && p10 <= limit);
    }
}
