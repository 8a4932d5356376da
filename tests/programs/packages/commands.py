"""click's own test runner."""
import click
from click.testing import CliRunner
from command_group import group

runner = CliRunner()
for arguments in ['--help'], ['greet', '--help'], ['greet', 'Ann'], ['greet', '--count', '-1', 'Bo'], ['sum', '1', 'x'], ['ask'], ['paths', '/nonexistent'], ['--debug', 'sum', '1', '2']:
    result = runner.invoke(group, arguments, input='secret\nsecret\ny\n')
    print(arguments, result.exit_code, result.output, repr(result.exception), sep='\n')
print(click.style('styled', fg='red', bold=True).encode(), click.unstyle(click.style('plain', bg='blue')), click.format_filename('/a/b'), click.get_app_dir('x', force_posix=True)[-3:])
with runner.isolated_filesystem():
    with click.open_file('f.txt', 'w') as file:
        file.write('content')
    print(runner.invoke(group, ['paths', 'f.txt']).output)
