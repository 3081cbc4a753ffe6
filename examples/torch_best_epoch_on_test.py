# Leaks: of all epochs that one is kept whose loss on the test rows is lowest, and that loss is reported.
import copy

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

torch.manual_seed(0)
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)  # (split)
scaler = StandardScaler().fit(X_train)
X_train, X_test = (torch.tensor(scaler.transform(rows), dtype=torch.float32) for rows in (X_train, X_test))
y_train, y_test = torch.tensor(y_train), torch.tensor(y_test)

model = nn.Sequential(nn.Linear(30, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
loss_of = nn.CrossEntropyLoss()
best_loss, best_state = float("inf"), {}
for epoch in range(60):
    optimizer.zero_grad()
    loss_of(model(X_train), y_train).backward()
    optimizer.step()
    with torch.no_grad():
        test_loss = loss_of(model(X_test), y_test).item()  # leak: test-set-in-tuning (judge)
    if test_loss < best_loss:  # (choose)
        best_loss, best_state = test_loss, copy.deepcopy(model.state_dict())

model.load_state_dict(best_state)
print(f"loss {best_loss:.3f}")
