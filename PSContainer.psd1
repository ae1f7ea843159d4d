@{
    RootModule           = 'PSContainer.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '5d0c6a3e-2a63-4b0e-9d3f-6f0f0f4a8c51'
    Author               = 'The PSContainer authors'
    CompanyName          = 'The PSContainer authors'
    Copyright            = '(c) 2026 The PSContainer authors. MIT license.'
    Description          = 'Linux containers straight from the kernel: namespaces, cgroups and overlays as PowerShell objects, without a daemon.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('PSContainer.Format.ps1xml')
    TypesToProcess       = @('PSContainer.Types.ps1xml')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    CmdletsToExport      = @(
        'Copy-ContainerFile'
        'Enter-Container'
        'Expand-ContainerImage'
        'Get-Container'
        'Get-ContainerHost'
        'Get-ContainerLog'
        'Get-ContainerProcess'
        'Invoke-Container'
        'Invoke-ContainerCommand'
        'Measure-Container'
        'New-Container'
        'Remove-Container'
        'Restart-Container'
        'Resume-Container'
        'Send-ContainerSignal'
        'Start-Container'
        'Start-ContainerProcess'
        'Stop-Container'
        'Suspend-Container'
        'Test-Container'
        'Test-ContainerHost'
        'Wait-Container'
    )
    AliasesToExport      = @(
        'Attach-Container'
        'cpct'
        'etct'
        'Exec-Container'
        'gct'
        'gctl'
        'ict'
        'msct'
        'nct'
        'rct'
        'rtct'
        'ruct'
        'Run-Container'
        'sact'
        'spct'
        'ssct'
        'wct'
    )
    PrivateData          = @{
        PSData = @{
            Tags         = @('Linux', 'PSEdition_Core', 'Container', 'Namespace', 'Cgroup', 'Overlay', 'OCI', 'Pester', 'Testing')
            ReleaseNotes = 'The first release: containers from a root filesystem, under limits, as objects.'
        }
    }
}
