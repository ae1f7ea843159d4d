#Requires -Version 7.6
<#
.SYNOPSIS
    Writes a module as a package and prints its path.
#>
param(
    [Parameter(Mandatory)] [string] $Module, [Parameter(Mandatory)] [string] $Destination,
    # The directory of the assemblies, which are those of the module or portable ones.
    [Parameter(Mandatory)] [string] $Assemblies,
    # The runtimes whose executables go in.
    [Parameter(Mandatory, ValueFromRemainingArguments)] [string[]] $Runtime
)
$ErrorActionPreference = 'Stop'
$content = Join-Path $Destination package/PSContainer
Remove-Item -Recurse -Force $content -ErrorAction Ignore
$null = New-Item -ItemType Directory $content
Copy-Item -Recurse $Module/* $content -Exclude runtimes
foreach ($name in 'PSContainer.dll', 'PSContainer.Native.dll') {
    Copy-Item $Assemblies/$name $content
    $stream = [IO.File]::OpenRead("$content/$name")
    try { $machine = [Reflection.PortableExecutable.PEReader]::new($stream).PEHeaders.CoffHeader.Machine }
    finally { $stream.Dispose() }
    # What is compiled for none says I386.
    if ($Runtime.Count -gt 1 -and $machine -ne 'I386') { throw "$name is compiled for one architecture, and the package is for $Runtime." }
}
$executables = foreach ($name in $Runtime) {
    $path = "runtimes/$name/native/pscontainer"
    $null = New-Item -ItemType Directory (Split-Path $content/$path)
    Copy-Item $Module/$path $content/$path
    $path
}

$version = (Import-PowerShellDataFile $content/PSContainer.psd1).ModuleVersion
$package = Join-Path $Destination "PSContainer.$version.nupkg"
Remove-Item $package -ErrorAction Ignore
Compress-PSResource -Path $content -DestinationPath $Destination

# It writes every file as 0644. Install-PSResource gives files the mode that the package says, and runs no script that could mend it later.
$zip = [IO.Compression.ZipFile]::Open($package, 'Update')
try { foreach ($path in $executables) { $zip.GetEntry($path).ExternalAttributes = 0x81ed -shl 16 } } # a regular file, 0755
finally { $zip.Dispose() }
$package
