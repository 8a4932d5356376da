"""Logging to several places with formats, filters and a configuration."""
import io
import logging
import logging.config
import logging.handlers
import sys
import traceback

logging.basicConfig(format='%(levelname)-8s %(name)s %(funcName)s:%(lineno)d %(message)s', stream=sys.stdout, level=logging.DEBUG)
log = logging.getLogger('a.b')


def work():
    log.info('numbers %d %s', 1, 'two', extra={'k': 1})
    try:
        {}['x']
    except KeyError:
        log.exception('failed')
    log.warning('stack', stack_info=True)
    log.error('bad %d', 'format')


work()
logging.config.dictConfig({'version': 1, 'formatters': {'f': {'format': '{levelname}|{message}', 'style': '{'}},
                           'handlers': {'h': {'class': 'logging.StreamHandler', 'formatter': 'f', 'stream': 'ext://sys.stdout'}},
                           'loggers': {'c': {'handlers': ['h'], 'level': 'WARNING', 'propagate': False}}})
logging.getLogger('c').info('not shown')
logging.getLogger('c').critical('shown')
handler = logging.handlers.RotatingFileHandler('log.txt', maxBytes=200, backupCount=2)
rotating = logging.getLogger('rotating')
rotating.addHandler(handler)
rotating.propagate = False
for i in range(30):
    rotating.warning('line number %d', i)
for name in 'log.txt', 'log.txt.1', 'log.txt.2':
    print(name, open(name).read())
logging.captureWarnings(True)
import warnings
warnings.warn('through logging')
print(logging.getLogger(), log.handlers, logging.getLevelName(25), handler)
