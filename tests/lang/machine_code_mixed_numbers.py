# Ints and floats at the same places, in machine code.
def f(a,b):
    s=0
    r=[]
    for x in a:
        for y in b:
            s+=x*y-x+y
            if y: s+=x/y
            if x<y: s+=1
            if x==y: s+=2
            if not x>=y: s-=0.5
            r.append(x<y)
    return s,sum(r)
import math
a=[1,2.5,3,-4,0.0,7.25,-0.0,2**40]
b=[1.5,2,-3,0.25,9,1e300,float('inf')]
for _ in range(60): x=f(a,b)
print(x)
nan=float('nan')
def g(v,w):
    o=[]
    for x in v:
        for y in w:
            t=''
            if x<y: t+='a'
            if x<=y: t+='b'
            if x==y: t+='c'
            if x!=y: t+='d'
            if x>y: t+='e'
            if x>=y: t+='f'
            if not x<y: t+='A'
            if not x<=y: t+='B'
            if not x==y: t+='C'
            if not x!=y: t+='D'
            if not x>y: t+='E'
            if not x>=y: t+='F'
            o.append(t)
    return o
for _ in range(60): x=g([1,nan,2.0,3],[nan,1.0,2,3.5])
print(x)
def z(v):
    try: return 1/v
    except ZeroDivisionError as e: return str(e)
for _ in range(3000): z(2); z(2.5)
print([z(x) for x in (0,0.0,-0.0,4,0.5)])
# expect: (nan, 35)
# expect: ['dABCEF', 'bcfADE', 'abdCEF', 'abdCEF', 'dABCEF', 'dABCEF', 'dABCEF', 'dABCEF', 'dABCEF', 'defABC', 'bcfADE', 'abdCEF', 'dABCEF', 'defABC', 'defABC', 'abdCEF']
# expect: ['division by zero', 'float division by zero', 'float division by zero', 0.25, 2.0]
