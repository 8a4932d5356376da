"""Commands that do little."""
import click


@click.group(context_settings={'help_option_names': ['-h', '--help']})
@click.option('--debug/--no-debug', default=False, help='Show more.', show_default=True)
@click.version_option('1.0', prog_name='things')
@click.pass_context
def group(context, debug):
    """Does things with words and numbers."""
    context.obj = {'debug': debug}


@group.command()
@click.argument('name')
@click.option('--count', type=click.IntRange(1, 5), default=1, help='How often.', metavar='N')
@click.option('--shout', is_flag=True, envvar='SHOUT')
@click.option('--name', 'alias', prompt=False)
def greet(name, count, shout, alias):
    """Greets NAME, with a long description that goes on and on so that it has to be wrapped somewhere near the end of the line.

    \b
    kept
      as it is
    """
    for _ in range(count):
        click.echo(f'Hello {alias or name}{"!" if shout else "."}')


@group.command('sum')
@click.argument('numbers', nargs=-1, type=float)
@click.pass_obj
def add(settings, numbers):
    """Adds NUMBERS."""
    click.secho(str(sum(numbers)), fg='green', err=settings['debug'])


@group.command()
@click.option('--password', prompt=True, hide_input=True, confirmation_prompt=True)
def ask(password):
    """Asks."""
    if click.confirm('Sure?'):
        click.echo(len(password))


@group.command()
@click.argument('path', type=click.Path(exists=True))
@click.option('--mode', type=click.Choice(['a', 'b'], case_sensitive=False))
def paths(path, mode):
    """Shows a path."""
    click.echo(click.format_filename(path))


if __name__ == '__main__':
    group()
