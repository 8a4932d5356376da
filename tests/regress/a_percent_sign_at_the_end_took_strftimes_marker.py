import time

print(time.strftime("100%", time.gmtime(0)))  # expect: 100%
