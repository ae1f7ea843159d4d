# The words of a command: what a native command would get is what the command in the container gets.

BeforeDiscovery {
    # As they are written after the command; printf shows each word.
    $cases = @(
        @{ Written = '-o pid,comm'; Words = '-o', 'pid,comm' }
        @{ Written = '-XX:+UseSerialGC'; Words = '-XX:+UseSerialGC' }
        @{ Written = '-XX: +UseSerialGC'; Words = '-XX:', '+UseSerialGC' }
        @{ Written = '-t:x -f.txt'; Words = '-t:x', '-f.txt' }
        @{ Written = '-n:$name'; Words = '-n:z' }
        @{ Written = '0755 1e3 0x10 1kb 1.50 1,0x10'; Words = '0755', '1e3', '0x10', '1kb', '1.50', '1,0x10' }
        @{ Written = 'a, b ,c'; Words = 'a,', 'b', ',c' }
        @{ Written = "'a b','c'"; Words = 'a b,c' }
        @{ Written = 'a $null b'; Words = 'a', 'b' }
        @{ Written = "a '' b"; Words = 'a', '', 'b' }
        @{ Written = '$none $list (3,4) $true'; Words = 'p', 'q', '3', '4', 'True' }
        @{ Written = '@list -o pid,comm'; Words = 'p', 'q', '-o', 'pid,comm' }
        @{ Written = '"x $name y" a$name *'; Words = 'x z y', 'az', '*' }
        @{ Written = '--% -a %HOME% $b c" -d:e'; Words = '-a', '%HOME%', '$b', 'c"', '-d:e' }
        @{ Written = '-- --x -la'; Words = '--', '--x', '-la' }
    )
    # Where PowerShell cuts or expands what a native command gets, ours does not.
    $native = $cases | Where-Object Written -notmatch "'a b'|\.txt|\*|HOME"
    $ways = 'Invoke-Container -Rootfs $rootfs', 'Invoke-Container $rootfs', 'Invoke-ContainerCommand $c', '"$c" | Invoke-ContainerCommand', '$c | Invoke-ContainerCommand', 'Invoke-NamespaceCommand $c -Type Mount' |
        ForEach-Object { $way = $_; $cases | ForEach-Object { $_ + @{ Way = $way } } }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'TestHelpers.psm1') -Force
    Import-TestedModule
    $prefix = New-TestName
    $rootfs = New-TestRootfs
    $c = Start-Container -Rootfs $rootfs -Name "$prefix-c" -- sleep 1000
    $name = 'z'; $list = 'p', 'q'; $none = @()
    function Invoke-Written([string] $line) { & ([scriptblock]::Create($line)) }
}

AfterAll {
    Remove-TestContainer $prefix
    Remove-TestRootfs $rootfs
}

Describe 'A native command' {
    It 'gets of <Written>: <Words>' -ForEach $native { Invoke-Written "/usr/bin/printf '<%s>\n' $Written" | Should -Be ($Words | ForEach-Object { "<$_>" }) }
}

Describe '<Way>' -ForEach $ways {
    It 'gives after -- of <Written>: <Words>' { Invoke-Written "$Way -- printf '<%s>\n' $Written" | Should -Be ($Words | ForEach-Object { "<$_>" }) }
}

Describe 'Without --' {
    It 'a command gets what no parameter is called, as it is written' {
        Invoke-Written "Invoke-ContainerCommand `$c printf '<%s>\n' -la -XX:+UseSerialGC a,b 0755 -f.txt" | Should -Be '<-la>', '<-XX:+UseSerialGC>', '<a,b>', '<0755>', '<-f.txt>'
    }
    It 'there is no warning of it' {
        $null = Invoke-ContainerCommand -WarningVariable warned $c ls -la /etc/passwd
        $warned | Should -BeNullOrEmpty
    }
    It 'there is one of a parameter' {
        $null = Invoke-ContainerCommand -WarningVariable warned -WarningAction SilentlyContinue $c ls -Privileged /
        "$warned" | Should -Match "-Privileged.*ls.*--"
    }
}

Describe 'Words from elsewhere' {
    It 'come through a splatted hashtable' { $words = @{ Command = 'printf', '<%s>', 'a,b', '-x:y' }; Invoke-ContainerCommand $c @words | Should -Be '<a,b><-x:y>' }
    It 'come through a function of the user' {
        function run { Invoke-ContainerCommand $c @args }
        run printf '<%s>' x y | Should -Be '<x><y>'
    }
    It 'are not $null where the whole command is' {
        { Start-Container -Rootfs $rootfs -- $nothing } | Should -Throw '*$null*'
        { Invoke-ContainerCommand $c -Command echo, $nothing } | Should -Throw '*$null*'
    }
}

Describe 'A word that begins with a dash where the command is expected' {
    It 'names for <Written> the parameter <Near>' -ForEach @(
        @{ Written = 'Invoke-Container -Rootfs $rootfs -DropCapabilities All -- ls'; Near = '-DropCapability' }
        @{ Written = 'Invoke-Container -Rootfs $rootfs -Enviroment A=1 ls'; Near = '-Environment' }
        @{ Written = 'Start-Container -Rootfs $rootfs -MemoryMaks 1GB'; Near = '-MemoryMax' }
        @{ Written = 'New-Container -Rootfs $rootfs -Networks Host ls'; Near = '-Network' }
        @{ Written = 'Invoke-ContainerCommand $c -Users 0 ls'; Near = '-User' }
        @{ Written = 'Start-ContainerProcess $c -WorkDirectory / ls'; Near = '-WorkingDirectory' }
        @{ Written = 'Invoke-NamespaceCommand $c -Typ:Mount -Shelcommand ls'; Near = '-ShellCommand' }
        @{ Written = 'Invoke-Container -it $rootfs sh'; Near = '-Tty' }
        @{ Written = 'Invoke-ContainerCommand -it $c sh'; Near = 'Enter-Container' }
        @{ Written = 'Invoke-Container --rm $rootfs sh'; Near = '-RemoveOnExit' }
        @{ Written = 'Invoke-Container $rootfs -- -x'; Near = './-x' }
    ) {
        $before = @(Get-Container).Count
        try { Invoke-Written $Written; throw 'not reached' }
        catch {
            $_.FullyQualifiedErrorId | Should -BeLike 'InvalidContainerSpec,*' -Because "$_"
            "$($_.ErrorDetails.RecommendedAction)" | Should -Match ([regex]::Escape($Near))
        }
        @(Get-Container).Count | Should -Be $before
    }
    It 'is understood or explained for <Written>' -ForEach @(
        @{ Written = 'Invoke-Container $rootfs -p 8080:80 -- ls'; Says = 'Ports are not published' }
        @{ Written = 'Start-Container -Rootfs $rootfs -p 80'; Says = 'Ports are not published' }
        @{ Written = 'New-Container -Rootfs $rootfs -p 80:80 -- ls'; Says = 'Ports are not published' }
        @{ Written = 'Invoke-Container -d $rootfs -- ls'; Says = 'Start-Container runs in the background' }
        @{ Written = 'New-Container -Rootfs $rootfs -d -- ls'; Says = 'Start-Container runs in the background' }
        @{ Written = 'Invoke-ContainerCommand -d $c -- ls'; Says = 'Start-ContainerProcess runs in the background' }
        @{ Written = 'Invoke-Container $rootfs sh -c ls'; Says = '-c.*Write -- before the command' }
        @{ Written = 'Invoke-Container $rootfs ls -l /'; Says = '-l.*Write -- before the command.*-Label' }
        @{ Written = 'Invoke-ContainerCommand $c sh -c ls'; Says = '-c.*Write -- before the command' }
        @{ Written = 'Start-ContainerProcess $c mkdir -p /x'; Says = '-p.*Write -- before the command' }
        @{ Written = 'Invoke-NamespaceCommand $c -Type Mount ps -e'; Says = '-e.*Write -- before the command' }
    ) {
        $before = @(Get-Container).Count
        try { Invoke-Written $Written; throw 'not reached' }
        catch {
            $_.FullyQualifiedErrorId | Should -BeLike 'InvalidContainerSpec,*' -Because "$_"
            "$_ $($_.ErrorDetails.RecommendedAction)" | Should -Match $Says
        }
        @(Get-Container).Count | Should -Be $before
    }
    It 'may be an argument of an entry point' { Invoke-Container -Rootfs $rootfs -EntryPoint /bin/sh -- -c 'echo ok' | Should -Be ok }
}

Describe 'What docker calls it' {
    It 'is taken for a new container that is waited for' {
        Invoke-Container -i -e A=b $rootfs -w /tmp -u 65534 -- sh -c 'echo $A; pwd; id -u' | Should -Be 'b', '/tmp', '65534'
    }
    It 'is taken in one that runs' {
        Invoke-ContainerCommand -i -e A=b -w /tmp -u 65534 $c -- sh -c 'echo $A; pwd; id -u' | Should -Be 'b', '/tmp', '65534'
        'line' | Invoke-ContainerCommand -i $c -- cat | Should -Be line
    }
    It 'is taken in the background' {
        $one = Start-Container -d -Rootfs $rootfs -Name "$prefix-d" -e A=b -w /tmp -u 65534 -- sh -c 'echo $A; pwd; id -u' | Wait-Container -Timeout 60s
        ($one | Get-ContainerLog).Message | Should -Be 'b', '/tmp', '65534'
        $job = Start-ContainerProcess -d -e A=b $c -- sh -c 'test $A = b'
        ($job | Wait-Container -Timeout 60s).ExitCode | Should -Be 0
    }
    It 'is taken where nothing is started yet' {
        $process = (New-ContainerSpec -Rootfs $rootfs -t -i -e A=b -w /tmp -u 65534 -m 64MB -- sh).Process
        $process.Terminal, $process.Cwd, $process.User.Uid | Should -Be $true, '/tmp', 65534
        $process.Env | Should -Contain 'A=b'
    }
}
