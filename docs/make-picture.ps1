#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Makes docs/first-container.svg, the picture in the README, from what docs/first-container.ps1 says in a terminal.
.DESCRIPTION
    Needs script(1) and the built module. The text and its colours are the terminal's own, drawn with characters of one width.
.EXAMPLE
    docs/make-picture.ps1
#>
[CmdletBinding()]
param([int] $Columns = 88)
$ErrorActionPreference = 'Stop'
$pwsh = (Get-Process -Id $PID).Path
$said = & script --quiet --return --command "stty cols $Columns rows 60; '$pwsh' -NoLogo -NoProfile -File '$PSScriptRoot/first-container.ps1'" /dev/null
if ($LASTEXITCODE -ne 0) { throw "What is to be shown failed:`n$($said -join "`n")" }

$palette = @{
    31 = '#f7768e'; 32 = '#9ece6a'; 33 = '#e0af68'; 34 = '#7aa2f7'; 35 = '#bb9af7'; 36 = '#7dcfff'; 37 = '#c0caf5'
    90 = '#7f88b0'; 91 = '#f7768e'; 92 = '#9ece6a'; 93 = '#e0d561'; 96 = '#7dcfff'; 97 = '#ffffff'
}
$character, $height, $margin = 8.4, 19, 16

# A line as pieces of SVG text, each in the colour that was in force; the next line goes on with it.
$colour, $bold = $palette[37], $false
function Format-Line([string] $Line) {
    foreach ($piece in $Line -split '(\e\[[0-9;?]*[A-Za-z]|\e[=>]|\e\][^\a]*\a)' | Where-Object { $_ }) {
        if ($piece -match '^\e\[([0-9;]*)m$') {
            foreach ($number in [int[]]($Matches[1] -split ';')) {
                if ($number -eq 0) { $script:colour, $script:bold = $palette[37], $false }
                elseif ($number -eq 1) { $script:bold = $true }
                elseif ($palette.Contains($number)) { $script:colour = $palette[$number] }
                # Slanted, as a heading of a number is: one width matters more.
                elseif ($number -ne 3) { throw "There is no drawing of the terminal's code $number." }
            }
        }
        # Modes of the keyboard and a window's title are not drawn.
        elseif ($piece -notmatch '^\e(\[\?1[hl]|[=>]|\])') {
            if ($piece.Contains("`e")) { throw "There is no drawing of '$($piece.Replace("`e", '\e'))'." }
            '<tspan fill="{0}"{1}>{2}</tspan>' -f $colour, ($bold ? ' font-weight="bold"' : ''), [Security.SecurityElement]::Escape($piece)
        }
    }
}

$lines = @(($said -join "`n") -replace '\r' -split '\n' | ForEach-Object { -join (Format-Line $_) })
while (-not ($lines[-1] -replace '<[^>]+>').Trim()) { $lines = $lines[0..($lines.Count - 2)] }
$width = [Math]::Ceiling($Columns * $character + 2 * $margin)
$tall = $lines.Count * $height + 2 * $margin
@(
    "<svg xmlns=`"http://www.w3.org/2000/svg`" viewBox=`"0 0 $width $tall`" width=`"$width`" height=`"$tall`" role=`"img`">"
    '<title>A first container in PowerShell</title>'
    "<rect width=`"$width`" height=`"$tall`" rx=`"8`" fill=`"#1a1b26`"/>"
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, ''DejaVu Sans Mono'', monospace" font-size="14" xml:space="preserve">'
    for ($i = 0; $i -lt $lines.Count; $i++) { if ($lines[$i]) { "<text x=`"$margin`" y=`"$($margin + ($i + 1) * $height - 5)`">$($lines[$i])</text>" } }
    '</g>'
    '</svg>'
) | Set-Content $PSScriptRoot/first-container.svg
