# What the scripts of this folder share: contestants that take turns, from a warm session, in an order drawn anew each round.

# Runs each contestant so many times after some that do not count. Returns the milliseconds of each, by its name. A contestant is run
# below this function's variables, so it must use none of their names.
function Measure-Contestant([Collections.Specialized.OrderedDictionary] $Contestant, [int] $Rounds, [int] $WarmUp = 2) {
    $times = @{}
    foreach ($each in $Contestant.Keys) { $times[$each] = [Collections.Generic.List[double]]::new() }
    foreach ($round in (-$WarmUp)..($Rounds - 1)) {
        foreach ($each in $Contestant.Keys | Get-Random -Shuffle) {
            $before = [Diagnostics.Stopwatch]::GetTimestamp()
            $result = & $Contestant[$each]
            $time = [Diagnostics.Stopwatch]::GetElapsedTime($before).TotalMilliseconds
            if (-not $result) { throw "$each said nothing" }
            if ($round -ge 0) { $times[$each].Add($time) }
        }
    }
    $times
}

# The table of what was measured, each against one of them.
function Format-Contest([Collections.Specialized.OrderedDictionary] $Contestant, [hashtable] $Times, [double] $Ours) {
    '| | min | median | ours / it |'
    '| --- | --: | --: | --: |'
    foreach ($each in $Contestant.Keys) {
        $sorted = @($Times[$each] | Sort-Object)
        '| `{0}` | {1:F1} ms | {2:F1} ms | {3:F2} |' -f $each.Replace('|', '\|'), $sorted[0], $sorted[[int]($sorted.Count / 2)], ($Ours / $sorted[0])
    }
}
