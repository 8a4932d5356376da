import pickle

print(type.__module__)  # expect: builtins
print(pickle.loads(pickle.dumps(type)))  # expect: <class 'type'>
