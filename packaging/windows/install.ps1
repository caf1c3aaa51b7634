# 为当前用户安装 kaohe：「发送到」、桌面图标、工作簿右键菜单。不需要管理员权限；-Remove 全部撤销。
# Installs kaohe for this user: "Send to", a desktop icon, an entry in the menu of workbooks.
# Not yet tried on Windows.
# The program is looked for beside this script, then where a release has it, two folders up.
param([string]$Program, [switch]$Remove)
$ErrorActionPreference = 'Stop'
$name = [string][char]0x8003 + [char]0x6838  # 考核
$links = @(
  (Join-Path ([Environment]::GetFolderPath('SendTo')) "$name.lnk"),
  (Join-Path ([Environment]::GetFolderPath('Desktop')) "$name.lnk")
)
$endings = '.xlsx', '.xlsm', '.xls', '.et', '.xlsb', '.ods'
$menu = { param($ending) "HKCU:\Software\Classes\SystemFileAssociations\$ending\shell\kaohe" }
if ($Remove) {
  $links | Where-Object { Test-Path -LiteralPath $_ } | ForEach-Object { Remove-Item -LiteralPath $_ }
  $endings | ForEach-Object { & $menu $_ } | Where-Object { Test-Path $_ } | ForEach-Object { Remove-Item $_ -Recurse }
  return
}
if (-not $Program) {
  $Program = Join-Path $PSScriptRoot 'kaohe.exe'
  if (-not (Test-Path -LiteralPath $Program)) { $Program = Join-Path $PSScriptRoot '..\..\kaohe.exe' }
}
if (-not (Test-Path -LiteralPath $Program)) { throw "kaohe.exe not found: $Program" }
$Program = (Resolve-Path -LiteralPath $Program).Path
$shell = New-Object -ComObject WScript.Shell
foreach ($path in $links) {
  $link = $shell.CreateShortcut($path)
  $link.TargetPath = $Program
  $link.Arguments = '--desktop'
  $link.WorkingDirectory = [Environment]::GetFolderPath('MyDocuments')
  $link.Save()
}
foreach ($ending in $endings) {
  $key = & $menu $ending
  New-Item -Path "$key\command" -Force | Out-Null
  Set-ItemProperty -Path $key -Name '(Default)' -Value "$name (kaohe)"
  Set-ItemProperty -Path $key -Name 'Icon' -Value "`"$Program`""
  Set-ItemProperty -Path "$key\command" -Name '(Default)' -Value "`"$Program`" --desktop `"%1`""
}
