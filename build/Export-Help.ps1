#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Writes the help of the cmdlets, en-US/PSContainer.dll-Help.xml, from the markdown in docs/en-US.
.DESCRIPTION
    Needs the module Microsoft.PowerShell.PlatyPS 1.x. With -Update the markdown is first brought up to date with the parameters of
    the built module in out/PSContainer; what is new there is then to be described by hand.
.EXAMPLE
    build/Export-Help.ps1
.EXAMPLE
    build/Export-Help.ps1 -Update
#>
[CmdletBinding()]
param([switch] $Update)
$ErrorActionPreference = 'Stop'
$repository = Split-Path $PSScriptRoot
$markdown = Join-Path $repository docs/en-US
Import-Module Microsoft.PowerShell.PlatyPS -MinimumVersion 1.0

if ($Update) {
    Import-Module (Join-Path $repository out/PSContainer)
    Get-ChildItem $markdown -Filter *.md | ForEach-Object { $null = Update-MarkdownCommandHelp -Path $_.FullName -NoBackup }
}

$folder = Join-Path ([IO.Path]::GetTempPath()) "pscontainer-help-$PID"
try {
    $help = Get-ChildItem $markdown -Filter *.md | ForEach-Object { Import-MarkdownCommandHelp $_.FullName }
    $file = $help | Export-MamlCommandHelp -OutputFolder $folder
    $xml = [xml]::new()
    $xml.PreserveWhitespace = $true
    # PlatyPS 1.0 puts U+0080 where it means an empty line.
    $xml.LoadXml([IO.File]::ReadAllText($file.FullName).Replace('&#x80;', '').Replace([string][char]0x80, ''))
    $names = [Xml.XmlNamespaceManager]::new($xml.NameTable)
    $names.AddNamespace('command', 'http://schemas.microsoft.com/maml/dev/command/2004/10')
    $names.AddNamespace('maml', 'http://schemas.microsoft.com/maml/2004/10')
    $names.AddNamespace('dev', 'http://schemas.microsoft.com/maml/dev/2004/10')
    # It also leaves an example's code in its introduction, fence and all; Get-Help shows code from an element of its own.
    foreach ($example in $xml.SelectNodes('//command:example', $names)) {
        $remarks = $example.SelectSingleNode('dev:remarks', $names)
        foreach ($paragraph in @($example.SelectNodes('maml:introduction/maml:para', $names))) {
            $text = $paragraph.InnerText.Trim()
            if ($text -match '(?s)^```\w*\n(.*?)\n```$') { $example.SelectSingleNode('dev:code', $names).InnerText = $Matches[1] }
            elseif ($text) { $null = $remarks.AppendChild($paragraph.Clone()) }
            $null = $paragraph.ParentNode.RemoveChild($paragraph)
        }
        $title = $example.SelectSingleNode('maml:title', $names)
        $title.InnerText = $title.InnerText.Trim('-', ' ')
    }
    # The help has no address until HelpUri in the markdown has one, and a link without any is an empty promise.
    foreach ($link in @($xml.SelectNodes('//maml:navigationLink[maml:linkText="Online Version" and not(normalize-space(maml:uri))]', $names))) {
        $null = $link.ParentNode.RemoveChild($link)
    }
    # A link between two files of markdown leads nowhere from Get-Help; the name does.
    foreach ($uri in $xml.SelectNodes('//maml:uri', $names)) { if ($uri.InnerText -notmatch '^https?:') { $uri.InnerText = '' } }
    foreach ($empty in @($xml.SelectNodes('//maml:para[not(normalize-space())]', $names))) { $null = $empty.ParentNode.RemoveChild($empty) }
    $lines = $xml.OuterXml -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ }
    [IO.File]::WriteAllText((Join-Path $repository en-US/PSContainer.dll-Help.xml), ($lines -join "`n") + "`n")
}
finally {
    Remove-Item -Recurse -Force $folder -ErrorAction Ignore
}
