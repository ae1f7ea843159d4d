# Links and pictures in the markdown of the repository lead to something that is there, also to a heading where they name one.

BeforeDiscovery {
    $repository = Split-Path (Split-Path $PSScriptRoot)
    $pages = & { Get-ChildItem $repository, "$repository/docs", "$repository/examples" -Filter *.md } | ForEach-Object { @{ Page = $_.FullName; Name = [IO.Path]::GetRelativePath($repository, $_.FullName) } }
}

Describe 'Links of <Name>' -ForEach $pages {
    It 'lead somewhere' {
        # As GitHub names headings.
        function Get-Anchor([string] $File) {
            (Get-Content $File) -match '^#+ ' -replace '^#+ ' | ForEach-Object { $_.ToLowerInvariant() -replace '[^\w\- ]' -replace ' ', '-' }
        }
        foreach ($link in [regex]::Matches((Get-Content -Raw $Page), '\]\(([^)\s]+)\)')) {
            $path, $anchor = $link.Groups[1].Value -split '#'
            if ($path -match '^https?:') { continue }
            $target = $path ? (Join-Path (Split-Path $Page) $path) : $Page
            $target | Should -Exist -Because $link.Value
            if ($anchor) { Get-Anchor $target | Should -Contain $anchor -Because $link.Value }
        }
    }
}
